"""Print the built site as one PDF: `make pdf` writes _build/backpropagation.pdf.

All pages are joined into one document in the browser (web/pdf.js), which prints it with bookmarks, tags and links of its
own. It is printed twice, since a table of contents is written before anybody knows on which page a section begins.
"""
