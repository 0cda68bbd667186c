"""The demo article's claims, changed in one thing or only in their words, in English, in Chinese and
across: a changed one is never the same, and what says the same is not said to differ.
"""

import pytest

from tests.support.differing_statements import differences_of, guess_language
from tests.support.examples import ARTICLE

CHANGED = [
    # English
    ("The News Network interview with Lei Jun lasted nearly 3 minutes.",
     "The News Network interview with Lei Jun lasted nearly 30 minutes."),
    ("The News Network interview with Lei Jun lasted nearly 3 minutes.",
     "The News Network interview with Lei Jun lasted nearly 3 hours."),
    ("The News Network interview with Lei Jun lasted nearly 3 minutes.",
     "The News Network interview with Lei Jun lasted more than 3 minutes."),
    ("The News Network interview with Lei Jun lasted nearly 3 minutes.",
     "The News Network interview with Dong Mingzhu lasted nearly 3 minutes."),
    ("In 2020 Xiaomi ranked fourth among the phone brands of the world.",
     "In 2020 Xiaomi ranked third among the phone brands of the world."),
    ("In 2020 Xiaomi ranked fourth among the phone brands of the world.",
     "In 2019 Xiaomi ranked fourth among the phone brands of the world."),
    ("In 2020 Xiaomi ranked fourth among the phone brands of the world.",
     "In 2020 Huawei ranked fourth among the phone brands of the world."),
    ("In 2020 Xiaomi ranked fourth among the phone brands of the world.",
     "In 2020 Xiaomi ranked fourth among the phone brands of India."),
    ("Xiaomi's smart factory was newly built at the end of 2019.",
     "Xiaomi's smart factory was newly built at the end of 2018."),
    ("Xiaomi's smart factory was newly built at the end of 2019.",
     "Xiaomi's smart factory was not built at the end of 2019."),
    ("Xiaomi's smart factory can run 24 hours a day.",
     "Xiaomi's smart factory can run 12 hours a day."),
    ("Xiaomi's smart factory can run 24 hours a day.",
     "Xiaomi's smart factory cannot run 24 hours a day."),
    ("92% of the production equipment in Xiaomi's smart factory comes from Xiaomi.",
     "60% of the production equipment in Xiaomi's smart factory comes from Xiaomi."),
    ("92% of the production equipment in Xiaomi's smart factory comes from Xiaomi.",
     "92% of the production equipment in Xiaomi's smart factory does not come from Xiaomi."),
    ("92% of the production equipment in Xiaomi's smart factory comes from Xiaomi.",
     "Less than 92% of the production equipment in Xiaomi's smart factory comes from Xiaomi."),
    ("The Mi 10 is the first flagship phone that Xiaomi's smart factory has mass-produced.",
     "The Mi 11 is the first flagship phone that Xiaomi's smart factory has mass-produced."),
    ("The Mi 10 is the first flagship phone that Xiaomi's smart factory has mass-produced.",
     "The Mi 10 is the second flagship phone that Xiaomi's smart factory has mass-produced."),
    ("Some key components of the Mi 10 are made in China.",
     "No key components of the Mi 10 are made in China."),
    ("Some key components of the Mi 10 are made in China.",
     "Some key components of the Mi 10 are made in Japan."),
    ("Some key components of the Mi 10 are made in China.",
     "All key components of the Mi 10 are made in China."),
    ("Xiaomi's ecological chain takes in more than 300 companies.",
     "Xiaomi's ecological chain takes in less than 300 companies."),
    ("Xiaomi's ecological chain takes in more than 300 companies.",
     "Xiaomi's ecological chain takes in more than 3,000 companies."),
    ("Xiaomi's ecological chain takes in more than 300 companies.",
     "Xiaomi's ecological chain takes in exactly 300 companies."),
    ("Xiaomi's ecological chain has led more than 100 companies to transform themselves.",
     "Xiaomi's ecological chain has led 10 companies to transform themselves."),
    ("Xiaomi's phone shipments rose steeply and took it into the top four of the world.",
     "Xiaomi's phone shipments fell steeply and took it into the top four of the world."),
    ("Xiaomi's phone shipments rose steeply and took it into the top four of the world.",
     "Xiaomi's phone shipments rose steeply and took it into the top five of the world."),
    ("Overseas revenue reached 50% of Xiaomi's revenue for the first time.",
     "Overseas revenue reached 15% of Xiaomi's revenue for the first time."),
    ("Overseas revenue reached 50% of Xiaomi's revenue for the first time.",
     "Overseas revenue rose by 50 percentage points for the first time."),
    ("Overseas revenue reached 50% of Xiaomi's revenue for the first time.",
     "Overseas revenue never reached 50% of Xiaomi's revenue."),
    ("Overseas revenue reached 50% of Xiaomi's revenue for the first time.",
     "Overseas revenue reached 50% of Xiaomi's revenue for the second time."),
    ("Xiaomi's market share was among the three largest in Europe.",
     "Xiaomi's market share was among the three largest in Africa."),
    ("Xiaomi's market share was among the three largest in Europe.",
     "Xiaomi's market share was among the five largest in Europe."),
    ("Xiaomi will invest more than RMB 10 billion in research and development in 2020.",
     "Xiaomi will invest more than RMB 10 million in research and development in 2020."),
    ("Xiaomi will invest more than RMB 10 billion in research and development in 2020.",
     "Xiaomi will invest more than USD 10 billion in research and development in 2020."),
    ("Xiaomi will invest more than RMB 10 billion in research and development in 2020.",
     "Xiaomi will invest less than RMB 10 billion in research and development in 2020."),
    ("Xiaomi will invest more than RMB 10 billion in research and development in 2020.",
     "Xiaomi will invest more than RMB 10 billion in research and development in 2021."),
    ("Xiaomi will invest more than RMB 10 billion in research and development in 2020.",
     "Xiaomi will not invest more than RMB 10 billion in research and development in 2020."),
    # Chinese
    ("新闻联播用近3分钟采访了小米CEO雷军。", "新闻联播用近30分钟采访了小米CEO雷军。"),
    ("新闻联播用近3分钟采访了小米CEO雷军。", "新闻联播用近3小时采访了小米CEO雷军。"),
    ("新闻联播用近3分钟采访了小米CEO雷军。", "新闻联播用近3分钟采访了格力CEO董明珠。"),
    ("2020年小米排名全球第四。", "2020年小米排名全球第三。"),
    ("2020年小米排名全球第四。", "2019年小米排名全球第四。"),
    ("2020年小米排名全球第四。", "2020年华为排名全球第四。"),
    ("整个工厂92%的生产设备来自小米。", "整个工厂60%的生产设备来自小米。"),
    ("整个工厂92%的生产设备来自小米。", "整个工厂92%的生产设备不来自小米。"),
    ("小米生态链已覆盖超过300家企业。", "小米生态链已覆盖不到300家企业。"),
    ("小米生态链已覆盖超过300家企业。", "小米生态链已覆盖超过300万家企业。"),
    ("小米带动了100多家企业转型。", "小米带动了100家企业转型。"),
    ("海外收入首次达到50%。", "海外收入首次达到50个百分点。"),
    ("海外收入首次达到50%。", "海外收入未达到50%。"),
    ("小米在欧洲的市场份额首次进入前三。", "小米在非洲的市场份额首次进入前三。"),
    ("小米在欧洲的市场份额首次进入前三。", "小米在欧洲的市场份额首次进入前五。"),
    ("小米出货量大幅上升。", "小米出货量大幅下降。"),
    ("今年小米的投入将超过100亿元。", "今年小米的投入将超过100万元。"),
    ("今年小米的投入将超过100亿元。", "今年小米的投入将超过100亿美元。"),
    ("今年小米的投入将超过100亿元。", "今年小米的投入将低于100亿元。"),
    ("今年小米的投入将超过100亿元。", "明年小米的投入将超过100亿元。"),
    # across
    ("Xiaomi will invest more than RMB 10 billion this year.", "今年小米的投入将超过10亿元。"),
    ("Xiaomi will invest more than RMB 10 billion this year.", "今年小米的投入将超过100亿美元。"),
    ("Xiaomi will invest more than RMB 10 billion this year.", "今年小米的投入将不到100亿元。"),
    ("92% of the equipment of the factory comes from Xiaomi.", "整个工厂60%的设备来自小米。"),
    ("Overseas revenue reached 50% for the first time.", "海外收入首次达到15%。"),
    ("Xiaomi's ecological chain has covered more than 300 companies.",
     "小米生态链已覆盖超过300万家企业。"),
    ("In 2020 Xiaomi ranked fourth in the world.", "2020年小米排名全球第三。"),
    ("In 2020 Xiaomi ranked fourth in the world.", "2019年小米排名全球第四。"),
    ("The factory can run 24 hours a day.", "工厂不能24小时运转。"),
]  # fmt: skip

UNCHANGED = [
    ("Xiaomi will invest more than RMB 10 billion in research and development in 2020.",
     "In 2020 Xiaomi will invest over 10 billion yuan in research and development."),
    ("92% of the production equipment in the factory comes from Xiaomi.",
     "Xiaomi supplies 92 percent of the production equipment in the factory."),
    ("Xiaomi's ecological chain takes in more than 300 companies.",
     "More than 300 companies belong to Xiaomi's ecological chain."),
    ("Overseas revenue reached 50% of Xiaomi's revenue for the first time.",
     "For the first time, overseas revenue reached half of Xiaomi's revenue."),
    ("In 2020 Xiaomi ranked fourth among the phone brands of the world.",
     "Xiaomi ranked 4th among the phone brands of the world in 2020."),
    ("Xiaomi's smart factory was newly built at the end of 2019.",
     "At the end of 2019, Xiaomi's smart factory was newly built."),
    ("The News Network interview with Lei Jun lasted nearly 3 minutes.",
     "The News Network interview with Lei Jun lasted almost three minutes."),
    ("Xiaomi has led more than 100 companies to transform themselves.",
     "Xiaomi has led over 100 companies to transform themselves."),
    ("今年小米的投入将超过100亿元。", "小米今年的投入将超过100亿元人民币。"),
    ("今年小米的投入将超过100亿元。", "今年小米的投入将超过一百亿元。"),
    ("整个工厂92%的生产设备来自小米。", "整个工厂百分之九十二的生产设备来自小米。"),
    ("海外收入首次达到50%。", "海外收入首次达到一半。"),
    ("小米带动了100多家企业转型。", "小米带动了超过100家企业转型。"),
    ("Xiaomi will invest more than RMB 10 billion this year.", "今年小米的投入将超过100亿元。"),
    ("92% of the equipment of the factory comes from Xiaomi.", "整个工厂92%的设备来自小米。"),
    ("Overseas revenue reached 50% for the first time.", "海外收入首次达到50%。"),
    ("Xiaomi's ecological chain has covered more than 300 companies.",
     "小米生态链已覆盖超过300家企业。"),
    ("In 2020 Xiaomi ranked fourth in the world.", "2020年小米排名全球第四。"),
    ("The European market share has entered the top three for the first time.",
     "欧洲市场份额首次进入前三。"),
    ("The interview lasted nearly 3 minutes.", "采访用了近3分钟。"),
    ("The factory can run 24 hours a day.", "工厂可以24小时运转。"),
]  # fmt: skip


@pytest.mark.parametrize("here, there", CHANGED)
def test_what_is_changed_differs(here, there):
    assert differences_of(here, there) and differences_of(there, here)


@pytest.mark.parametrize("here, there", UNCHANGED)
def test_what_says_the_same_does_not_differ(here, there):
    assert [*differences_of(here, there), *differences_of(there, here)] == []


def test_no_status_crosses_from_one_changed_claim_to_another(api):
    """All at once in one store, where each is near to many."""
    statements = list(dict.fromkeys(text for pair in CHANGED for text in pair))
    lines = [f"({number}) {each}" for number, each in enumerate(statements)]
    words = ARTICLE | {"text": "\n".join(lines), "language": None}
    article = api.contributor.post("/articles", words, expect=201).json
    stored = {}
    for line, each in zip(lines, statements, strict=True):
        claim = {"quote": line, "statement": each, "language": guess_language(each)}
        made = api.contributor.post(f"/articles/{article['id']}/claims", claim, expect=201).json
        stored[each] = made["id"]
    for here, there in CHANGED:
        path = f"/claims/{stored[here]}/similar?limit=20"
        similar = api.anyone.get(path, expect=200).json["items"]
        applies = {each["claim"]["id"] for each in similar if each["applies"]}
        assert stored[there] not in applies
