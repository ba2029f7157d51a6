"""The search answers as Chinese readers ask: forty questions with the page that must be among the first three."""

from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import quote

import pytest
import search_index

QUESTIONS = {
    # terms
    "学习率": "3_3_1_schedules",
    "海森矩阵": "2_4_3_loss_surface",
    "前向传播": "1_2_forward_propagation",
    "反向传播": "2_backpropagation/index",
    "链式法则": "2_3_1_chain_rule",
    "交叉熵": "2_3_4_softmax_and_cross_entropy",
    "过拟合": "3_2_4_regularisation",
    "批量归一化": "3_2_5_initialisation_and_normalisation",
    "注意力机制": "6_6_attention",
    "卷积核": "5_1_convolution",
    "残差连接": "5_2_pooling_and_shortcuts",
    "自动微分": "2_6_1_scalars",
    "数值梯度": "2_5_1_gradient_checking",
    "权重衰减": "3_2_4_regularisation",
    "小批量": "3_2_1_batch_size",
    "词向量": "6_1_embeddings",
    "遗忘门": "6_4_lstm",
    "隐藏层": "1_1_overview",
    "雅可比矩阵": "2_3_5_general_form",
    "激活函数": "1_3_activation_functions",
    "均方误差": "1_4_how_a_network_learns",
    "梯度裁剪": "6_3_recurrent_networks",
    "对抗样本": "5_4_gradients_of_pixels",
    "大语言模型": "6_7_small_gpt",
    "熵": "1_4_how_a_network_learns",
    # questions
    "为什么梯度会消失": "2_4_2_vanishing_and_exploding",
    "梯度爆炸怎么办": "2_4_2_vanishing_and_exploding",
    "学习率多大合适": "3_3_1_schedules",
    "梯度是什么": "2_1_principle",
    "怎么训练神经网络": "1_4_how_a_network_learns",
    "超参数怎么调": "3_3_2_search",
    "反向传播推导": "2_3_3_matrices_and_batches",
    "池化层的反向传播": "5_2_pooling_and_shortcuts",
    "训练集和测试集": "3_2_4_regularisation",
    "损失不下降": "4_4_debugging_clinic",
    "损失变成 nan": "questions",
    "手写数字识别": "4_2_network_from_scratch",
    "softmax 求导": "2_3_4_softmax_and_cross_entropy",
    "adam 优化器": "3_2_3_adaptive_methods",
    "练习 3.2.4.c": "3_2_4_regularisation",
}
FROM_FOLDER = ["学习率", "海森矩阵", "梯度爆炸怎么办"]
LINKS = "links => links.map(link => link.href)"
FOUND = "([index, question]) => bookFinder(index).find(question).pages.map(page => parseInt(page.address))"


@pytest.fixture(scope="module")
def search(browser, both, address) -> Iterator[SimpleNamespace]:
    """One tab: what it finds, by http or from the folder, and what it says about it."""
    tab = browser.new_page()

    def ask(question: str, root: str = f"{address}zh/") -> list[str]:
        tab.goto(f"{root}search.html?q={quote(question)}")
        tab.wait_for_selector(".bp-search-results > li")
        assert "有关" in tab.inner_text(".bp-search-status")
        return tab.locator(".bp-search-results > li > a").evaluate_all(LINKS)

    yield SimpleNamespace(ask=ask, tab=tab, folder=(both / "zh").as_uri() + "/")
    tab.close()


@pytest.mark.parametrize(("question", "page"), QUESTIONS.items())
def test_the_page_that_answers_is_among_the_first_three(search, question, page):
    assert any(f"/{page}.html" in link for link in search.ask(question)[:3])


@pytest.mark.parametrize("question", FROM_FOLDER)
def test_a_folder_answers_as_the_server_does(search, address, question):
    by_http, from_folder = search.ask(question), search.ask(question, search.folder)
    assert [link.removeprefix(search.folder) for link in from_folder] == [
        link.removeprefix(f"{address}zh/") for link in by_http
    ]


def an_index(*pages: tuple[str, str, str]) -> dict:
    """The index of pages with one section each, (heading, words of readers, text), and of a dozen others."""
    pages = [*pages, *[("无", "", "无")] * 12]
    return {
        "pair": search_index.PAIR,
        "word": search_index.WORD,
        "pages": [[f"{number}.html", [["a", *page[:2]]]] for number, page in enumerate(pages)],
        "postings": search_index.postings([text for *_, text in pages]),
    }


@pytest.mark.parametrize("question", ["动量", "动量是什么", "什么是动量", "为什么动量", "动量怎么办"])
def test_a_section_named_as_the_question_is_comes_first_however_it_is_asked(search, question):
    search.ask("熵")
    book = an_index(("动量", "", "动量"), ("什么动量怎么办", "为什么", "动量怎么办？为什么？动量是什么"))
    book["pages"][1][1][0][1] = "动量守恒，为什么，怎么办，是什么"
    assert search.tab.evaluate(FOUND, [book, question])[0] == 0


def test_a_question_of_asking_words_alone_is_still_asked(search):
    search.ask("熵")
    assert search.tab.evaluate(FOUND, [an_index(("为什么", "", "无")), "为什么"]) == [0]
