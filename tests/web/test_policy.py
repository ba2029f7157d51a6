"""A page is refused what comes from elsewhere, and every page says so."""

from test_site import PAGES, Visit

FOREIGN = """() => {
    const put = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
    window.refused = [];
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => refused.push(effectiveDirective));
    put("img", { src: "https://example.org/picture.png" });
    put("script", { src: "https://example.org/script.js" });
    put("script", { textContent: "window.ran = true" });
    put("link", { rel: "stylesheet", href: "https://example.org/sheet.css" });
    put("form", { action: "https://example.org" });
    document.forms[document.forms.length - 1].submit();
    put("div", { innerHTML: "<img src='data:,' onerror='window.ran = true'>" });
    fetch("https://example.org").catch(() => {}); }"""
REFUSED = ["connect-src", "form-action", "img-src", "script-src-attr", "script-src-elem", "style-src-elem"]


def test_a_page_is_refused_what_is_not_its_own_sites(browser, address):
    visit = Visit(browser, address + PAGES[0])
    visit.tab.evaluate(FOREIGN)
    visit.tab.wait_for_function("() => refused.length >= 7")
    assert sorted(set(visit.tab.evaluate("refused"))) == REFUSED
    assert visit.tab.evaluate("window.ran") is None
    assert [url for url in visit.requests if "example.org" in url and url not in visit.failures] == []


def test_every_page_of_the_site_has_a_policy(site):
    without = [path.name for path in site.rglob("*.html") if "Content-Security-Policy" not in path.read_text("utf-8")]
    assert sorted(set(without)) == ["sbt-webpack-macros.html", "webpack-macros.html"]  # templates, which no page links
