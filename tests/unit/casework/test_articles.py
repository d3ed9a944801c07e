"""Articles in words."""

import pytest

from casework.articles import article_words


@pytest.mark.parametrize(
    ("article", "chinese", "english"),
    [
        ("221-14", "221号 第14条", "Rules No. 221 art. 14"),
        ("221-2(1)", "221号 第2条(1)", "Rules No. 221 art. 2(1)"),
        ("221-5–12", "221号 第5–12条", "Rules No. 221 art. 5–12"),
        ("令24", "令24号", "Order No. 24"),
        ("处罚法64(2)", "处罚法 第64条(2)", "Penalty Law art. 64(2)"),
        ("行动方案(十五)", "行动方案 (十五)", "Action Plan (十五)"),
        ("ST 16", "科技伦理审查办法 第16条", "Ethics Review Measures art. 16"),
        ("SC 7–8", "四川省细则 第7–8条", "Sichuan Detailed Rules art. 7–8"),
        ("AI", "人工智能伦理办法", "AI Ethics Measures"),
        ("AI 附件", "人工智能伦理办法 附件", "AI Ethics Measures annex"),
        ("川科政〔2023〕9号", "川科政〔2023〕9号", "川科政〔2023〕9号"),
        ("某规定3", "某规定3", "某规定3"),
        ("", "", ""),
    ],
)
def test_an_article_is_shown_in_words_a_reader_knows(article, chinese, english):
    assert article_words(article) == chinese
    assert article_words(article, "en") == english
