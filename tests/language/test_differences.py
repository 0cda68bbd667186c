"""No two texts are the same across a changed figure, negation, direction or name."""

import pytest

from api.language.comparison.differences import are_nearly_identical, find_differences

PAIRS = [
    # English
    ("number", "Xiaomi covers 92% of the chain.", "Xiaomi covers 60% of the chain."),
    ("number", "It costs 4.2 million pounds.", "It costs 42 million pounds."),
    ("number", "It sold 1.5 million phones.", "It sold 15 million phones."),
    ("number", "It has three factories.", "It has four factories."),
    ("number", "Xiaomi is the second largest maker.", "Xiaomi is the third largest maker."),
    ("number", "Sales rose 5 to 10 percent.", "Sales rose 5 to 12 percent."),
    ("number", "It temporarily fell to -5 degrees.", "It temporarily fell to 5 degrees."),
    ("number", "The Mi 10 was sold out.", "The Mi 11 was sold out."),
    ("number", "Output doubled.", "Output tripled."),
    ("number", "The bridge cost 5 million pounds.", "The bridge cost much."),
    ("date", "It opened on 19 March 1932.", "It opened on 19 March 1933."),
    ("date", "It opened on 19 March 1932.", "It opened in March 1932."),
    ("date", "It opened in 1932.", "It opened."),
    ("unit", "It invested 10 billion yuan.", "It invested 10 billion dollars."),
    ("unit", "The tunnel is 5 km long.", "The tunnel is 5 miles long."),
    ("unit", "It is 10 percent.", "It is 10 percentage points."),
    ("bound", "It has more than 100 shops.", "It has less than 100 shops."),
    ("bound", "It has over 100 shops.", "It has 100 shops."),
    ("bound", "It has nearly 100 shops.", "It has 100 shops."),
    ("negation", "The bridge was opened.", "The bridge was not opened."),
    ("negation", "It is true.", "It isn’t true."),
    ("negation", "He has a licence.", "He has no licence."),
    ("negation", "The factory can run at night.", "The factory cannot run at night."),
    ("negation", "Xiaomi confirmed the plan.", "Xiaomi denied the plan."),
    ("direction", "Profits increased last year.", "Profits decreased last year."),
    ("direction", "It rose against the yen.", "It fell against the yen."),
    ("name", "Xiaomi was founded by Lei Jun.", "Huawei was founded by Lei Jun."),
    ("name", "The plant in Beijing was built.", "The plant in Wuhan was built."),
    ("name", "The MIX4 has no notch.", "The MIX5 has no notch."),
    ("words", "The bridge was built of steel.", "The bridge was built of wood."),
    (
        "number",
        "Sales rose from 7 million to 5 million.",
        "Sales rose from 5 million to 7 million.",
    ),
    ("name", "He came in March.", "He came in May."),
    ("name", "Germany beat France in the final.", "France beat Germany in the final."),
    ("name", "Russia attacked Ukraine in 2022.", "Ukraine attacked Russia in 2022."),
    ("name", "The mayor met Anna Schmidt.", "The mayor met Anna Schmidt and Bob Jones."),
    ("words", "Twice as many men as women came.", "Twice as many women as men came."),
    ("extent", "Women may apply.", "Only women may apply."),
    ("extent", "The mask stops the virus.", "The mask rarely stops the virus."),
    ("words", "The mayor resigned.", "The mayor almost resigned."),
    ("negation", "The vaccine causes autism.", "It is a myth that the vaccine causes autism."),
    ("negation", "The vaccine causes autism.", "It is wrong that the vaccine causes autism."),
    ("negation", "Bell could drive.", "Bell couldnt drive."),
    ("direction", "Before the war prices went up.", "After the war prices went up."),
    # Chinese
    ("number", "国产化率达到92%。", "国产化率达到60%。"),
    ("number", "小米今年研发投入将超过100亿元。", "小米今年研发投入将超过10亿元。"),
    ("number", "小米是全球第三大手机厂商。", "小米是全球第二大手机厂商。"),
    ("number", "工厂每分钟生产60部手机。", "工厂每分钟生产一部手机。"),
    ("number", "占百分之九十二。", "占百分之六十。"),
    ("date", "2020年10月18日，工厂投产。", "2020年10月19日，工厂投产。"),
    ("unit", "公司投入100亿元。", "公司投入100亿美元。"),
    ("bound", "研发投入超过100亿元。", "研发投入不到100亿元。"),
    ("negation", "工厂已经投产。", "工厂没有投产。"),
    ("negation", "他承认了这一说法。", "他否认了这一说法。"),
    ("direction", "去年利润增长。", "去年利润下降。"),
    ("negation", "政府批准了这项计划。", "政府拒绝批准这项计划。"),
    ("negation", "政府批准了这项计划。", "政府批准了这项计划是假的。"),
    ("negation", "정부는 계획을 승인했다.", "정부는 계획을 승인하지 못했다."),
    ("words", "雷军宣布了新工厂。", "董明珠宣布了新工厂。"),
]


#: Words that turn what is said.
TURNED = [
    ("negation", "居民同意拆迁", "居民不同意拆迁"),
    ("negation", "工厂全年断电", "工厂全年不断电"),
    ("negation", "政府管这件事", "政府不管这件事"),
    ("negation", "The bridge has opened", "The bridge has yet to open"),
    ("negation", "The bridge was opened", "The bridge is far from opened"),
    ("negation", "They found evidence of fraud", "They found little evidence of fraud"),
    ("negation", "There is no evidence that he lied", "There is evidence that he did not lie"),
    ("negation", "没有证据表明他说谎", "有证据表明他没有说谎"),
    ("direction", "She voted for the bill", "She voted against the bill"),
    ("direction", "The vaccine is legal", "The vaccine is illegal"),
    ("direction", "政府禁止使用手机", "政府允许使用手机"),
    ("direction", "✅ The mayor resigned", "❌ The mayor resigned"),
    ("modality", "You must wear a mask", "You may wear a mask"),
    ("modality", "The government will cut taxes", "The government cut taxes"),
    ("modality", "The government plans to cut taxes", "The government cut taxes"),
    ("modality", "President Lee was arrested", "Former president Lee was arrested"),
    ("modality", "He lied to parliament", "He supposedly lied to parliament"),
    ("modality", "Biden raises taxes", "If elected, Biden raises taxes"),
    ("modality", "他可能辞职", "他一定辞职"),
    ("modality", "政府暂缓实施新税", "政府实施新税"),
    ("modality", "前总统被捕", "总统被捕"),
    ("extent", "All members voted", "Some members voted"),
    ("extent", "所有学生都通过了考试", "有些学生都通过了考试"),
    ("name", "The US attacked the base", "Iran attacked the base"),
    ("name", "The U.S. signed it", "The UK signed it"),
    ("name", "The WHO approved the vaccine", "Pfizer approved the vaccine"),
    ("name", "Will Smith won the prize", "Bob Smith won the prize"),
    ("name", "Theresa May resigned", "Theresa Brown resigned"),
    ("name", "World War I began in Europe", "World War II began in Europe"),
    ("name", "Chapter I was cut", "Chapter V was cut"),
    ("name", "Vitamin A cures colds", "Vitamin C cures colds"),
    ("number", "十几人死亡", "几十人死亡"),
    ("number", "上百人死亡", "上千人死亡"),
    ("number", "Sales grew to 5 percent", "Sales grew by 5 percent"),
    ("number", "It fell from 5%", "It fell to 5%"),
    ("number", "产量增长到5%", "产量增长了5%"),
    ("words", "Just exactly 100 people came", "Just about 100 people came"),
    ("direction", "He resigned because of the scandal", "He resigned despite the scandal"),
    ("words", "Trump's lawyer was convicted of fraud", "Trump was convicted of fraud"),
    ("words", "部长的儿子因受贿被捕", "部长因受贿被捕"),
    ("words", "在2020年美国总统选举中特朗普击败了拜登", "在2020年美国总统选举中拜登击败了特朗普"),
    ("words", "smith sued jones", "jones sued smith"),
    ("words", "Police arrested the protesters", "The protesters arrested the police"),
]


def told(here, there):
    return find_differences(here, there, language=language(here), other=language(there))


def language(text):
    return "zh" if any("\u4e00" <= each <= "\u9fff" for each in text) else "en"


@pytest.mark.parametrize("what, here, there", [*PAIRS, *TURNED])
def test_what_matters_is_seen_from_both_sides(what, here, there):
    for pair in ((here, there), (there, here)):
        assert what in [each.kind for each in told(*pair)]


@pytest.mark.parametrize(
    "here, there",
    [
        ("It invested 10 billion yuan.", "It invested RMB 10 billion."),
        ("Xiaomi covers 92% of it.", "Xiaomi covers 92 percent of it."),
        ("The bridge was opened on 19 March 1932.", "On March 19, 1932 the bridge was opened."),
        ("It has nearly 100 shops.", "It has at most 100 shops."),
        ("It can not open.", "It can't open."),
        ("It will not open.", "It won't open."),
        ("It shall not open.", "It shan’t open."),
        ("10,000 people came.", "10000 people came!"),
        ("小米投入100亿元。", "小米投入了100亿元人民币。"),
        ("The Bridge was opened.", "the bridge was opened"),
        ("It opened. — Ada (@ada) May 3, 2020", "It opened. https://t.co/abc123"),
        ("不断增长的投入不仅如此", "不断增长的投入不仅如此。"),
        ("The U.S. attacked the base", "The US attacked the base"),
        ("The vaccine isn't safe", "The vaccine is not safe"),
        ("没有人死亡", "没人死亡"),
        ("小米的研发投入超过100亿元", "小米研发投入超过100亿元"),
        ("Xiaomi's share is 92% of the market", "The share of Xiaomi is 92% of the market"),
        ("Trump Will Ban TikTok", "Trump will ban TikTok"),
        ("The mayor resigned in May", "In May the mayor resigned"),
        ("The law was not passed in 2020", "In 2020 the law was not passed"),
        ("５０％ of them came", "50% of them came"),
    ],
)
def test_the_same_in_other_words_does_not_differ(here, there):
    assert told(here, there) == []


def test_both_sides_are_told():
    (found,) = find_differences("It covers 92% of them.", "It covers 60% of them.", language="en")
    assert (found.here, found.there) == ("92%", "60%")


def test_one_text_with_some_words_changed():
    assert are_nearly_identical("The bridge opened in 1932.", "The bridge opened in 1933.")
    assert not are_nearly_identical(
        "The bridge opened in 1932.", "A tower fell, and nobody saw it."
    )


def test_one_character_of_a_long_text_is_found():
    text = "工" * 1_500
    other = "工" * 1_000 + "程" + "工" * 499
    assert are_nearly_identical(text, text) and are_nearly_identical(text, other)
    assert find_differences(text, text, language="zh") == []
    (found,) = find_differences(text, other, language="zh")
    assert (found.kind, found.here, found.there) == ("words", "工", "程")


def test_how_sure_it_is_is_told_only_in_languages_that_are_read_in_full():
    german = "Die Regierung wird die Steuern senken."
    found = find_differences("The government will cut taxes.", german, language="en", other="de")
    assert "modality" not in [each.kind for each in found]


def test_what_is_told_has_an_end():
    here = " ".join(f"{each}%" for each in range(2, 300))
    there = " ".join(f"{each}%" for each in range(302, 600))
    assert len(find_differences(here, there, language="en", other="en")) == 20
