"""Match the named features of a sentence. Pure.

Each has a pattern for English and one for Chinese; both are looked for in any text.
"""

import re
from collections.abc import Iterator

#: feature: (English words, Chinese words).
FEATURE_PATTERNS = {
    "comparison": (
        r"(?:more|less|fewer|greater|higher|lower|larger|smaller|better|worse|faster|older"
        r"|younger|bigger|cheaper|stronger|longer)\s(?:\w+\s){0,3}than|compared\s(?:to"
        r"|with)|versus|vs\.?|twice\sas|as\s\w+\sas|outnumber\w*|outpac\w*|ahead\sof"
        r"|surpass\w*|overt[ao]\w+|the\ssame\sas|relative\sto",
        r"比(?![如较例赛亚])|相比|高于|低于|超过|不如|领先于",
    ),
    "superlative": (
        r"(?:most|least|largest|biggest|highest|lowest|greatest|best|worst|fastest|slowest"
        r"|smallest|richest|poorest|longest|shortest|strongest|weakest|oldest|youngest"
        r"|leading|deadliest|record(?:-\w+)?|unprecedented|ever|in\s(?:our\s)?history"
        r"|of\sall\stime)",
        r"最(?![后近终初])|史上|历史新高|首屈一指|空前",
    ),
    "rank": (
        r"rank(?:s|ed|ing|ings)?|(?:top|No\.|number)\s(?:one|two|three|four|five|ten|\d+)"
        r"|(?:second|third|fourth|fifth)[-\s](?:largest|biggest|highest|lowest|best|worst)"
        r"|market\sshare|leader\sin",
        r"排名|位居|位列|前[三四五十]|第[二三四五六七八九十]|市场份额",
    ),
    "first": (
        r"(?:the\s|its\s|his\s|her\s|their\s)?first[-\s](?:ever|time|\w+\s(?:to|in|of)"
        r"|[\w-]+(?:ed|al|ship))|first\b(?=.{0,60}\b(?:to|in|of|since|model|product"
        r"|country|company|president|woman|time)\b)",
        r"首次|首个|首款|首家|首位|第一次|首度|率先",
    ),
    "change": (
        r"(?:r[io]ses?|rose|risen|rising|f[ae]ll(?:s|en|ing)?|gr[eo]ws?|grown|growing"
        r"|growth|increas\w+|decreas\w+|declin\w+|dropp?\w*|soar\w*|jump\w*|plung\w*"
        r"|surg\w*|climb\w*|doubl\w+|tripl\w+|quadrupl\w+|cut|cuts|cutting|reduc\w+"
        r"|rais(?:e|es|ed|ing)|lost|gain(?:s|ed)?|improv\w+|worsen\w*|shr[iau]nk\w*"
        r"|expand\w*|went\s(?:up|down)|go(?:es|ing|ne)?\s(?:up|down)|(?:up|down)\s(?:by"
        r"|from|to)|creat(?:ed|es|ing)|add(?:ed|s)|slash\w*|halved|reach(?:es|ed|ing))",
        r"增长|上升|下降|减少|增加|提高|降低|翻番|翻倍|飙升|暴涨|下滑|达到|突破|扩大|缩小|上涨|下跌",
    ),
    "quantifier": (
        r"(?:all|every|everyone|everybody|each|entire|entirely|whole|none|nobody|no\sone"
        r"|never|always|only|nowhere|any|without)",
        r"所有|全部|全球|一切|从未|从来|唯一|每个|任何|整个|全国",
    ),
    "vague_quantity": (
        r"(?:most|many|few|several|dozens|hundreds|thousands|millions|billions|trillions"
        r"|majority|minority|half|much|numerous|a\slot|lots|number\sof)",
        r"大多数|许多|多数|数百|数千|数万|大量|几乎|部分|上百|上千",
    ),
    "past": (
        r"(?:was|were|had|did|didn't|voted|signed|passed|said|made|took|came|went|left|won"
        r"|lost|spent|paid|got|gave|put|built|sold|bought|brought|became|began|led|met|ran"
        r"|told|kept|held|stood|sent|cost|wrote|opposed|supported|vetoed|promised|proposed"
        r"|called|created|started|ended|killed|used|tried|asked|invaded|attacked|balanced"
        r"|introduced|served)",
        r"了|曾|已经|过去|建成|获得|完成|发布",
    ),
    "perfect": (
        r"(?:has|have|'ve|had)\s(?:\w+ly\s|not\s|never\s|also\s|been\s|now\s)?(?:\w+ed"
        r"|been|gone|made|taken|seen|done|had|lost|become|grown|risen|fallen|given|put|cut"
        r"|come|built|spent)",
        r"已|以来",
    ),
    "period": (
        r"(?:last|past|previous|this|next|recent|these)\s(?:\w+\s)?(?:year|years|month"
        r"|months|week|weeks|decade|decades|quarter|century)|years?\sago|months?\sago"
        r"|since|today|yesterday|currently|right\snow|to\sdate|so\sfar|the\send\sof"
        r"|annual\w*|per\s(?:year|day|month)|a\s(?:year|day|month|week)"
        r"|under\s(?:president|this\sadministration)",
        r"今年|去年|明年|近年|目前|日前|以来|年底|年初|每年|昨天|今天|本月|上月|年间",
    ),
    "condition": (
        r"(?:if|unless|whether|suppose|would|could|might|may|perhaps|maybe)",
        r"如果|假如|可能|也许|或许",
    ),
    "prediction": (
        r"(?:will|won't|'ll|going\sto|gonna|expected?\sto|forecast\w*|predict\w*"
        r"|project(?:s|ed)\s|plans?\sto|intends?\sto|by\s20[2-9]\d)",
        r"将(?!军)|即将|预计|预期|有望|预测|计划",
    ),
    "exhortation": (
        r"(?:should|must|ought|let's|let\sus|let\sme|need\sto|needs\sto|have\sto|has\sto"
        r"|got\sto|want\sto|wants\sto|insist(?:s|ed)?\son|commit\w*\sto|strive\w*"
        r"|dedicated\sto|determined\sto|stick\sto|adhere\w*|would\slike)",
        r"坚持|应该|必须|应当|努力|力争|致力于|希望|呼吁|让我们",
    ),
    "opinion": (
        r"(?:I\s(?:think|believe|feel|hope|know|guess|suppose|mean|wish|agree|disagree"
        r"|don't\s(?:think|believe|know))|in\smy\s(?:opinion|view|judgment)|frankly"
        r"|honestly|obviously|wonderful|terrible|great|beautiful|proud|important|moral"
        r"|values|dream|believe\sin|right\sthing|wrong|fair|unfair|disgrace\w*|disaster"
        r"|fully\sdemonstrates?|ridiculous|nice|love|respect)",
        r"我认为|我觉得|我相信|我想|应该说|令人|美好|伟大|充分体现|充分展示",
    ),
    "first_person": (
        r"(?:I|I'm|I've|I'd|I'll|me|my|mine|myself)",
        r"我(?!们|国|市|省)",
    ),
    "we": (
        r"(?:we|we're|we've|we'd|we'll|us|our|ours)",
        r"我们|咱们",
    ),
    "second_person": (
        r"(?:you|you're|you've|you'd|you'll|your|yours)",
        r"你|您",
    ),
    "third_person": (
        r"(?:he|he's|she|she's|his|her|him|they|they're|they've|their|them)",
        r"他|她",
    ),
    "attribution": (
        r"(?:said|says|told|according\sto|reported|reports|announced|stated|claims?"
        r"|claimed|estimates?|estimated|found\sthat|study|survey|poll|data|figures"
        r"|statistics)",
        r"表示|指出|宣布|透露|据(?!点)|报道|数据|报告|调查",
    ),
    "politeness": (
        r"(?:thank|thanks|please|welcome|good\s(?:evening|morning|night)"
        r"|ladies\sand\sgentlemen|well|okay|yes|yeah|look|listen|excuse|sorry|sir"
        r"|mr\.\s\w+,|question|answer|minutes?\sto\srespond|debate|tonight)",
        r"谢谢|欢迎|请|大家好|您好",
    ),
    "composition": (
        r"(?:comes?\sfrom|consists?\sof|contains?|includ\w+|made\s(?:of|in|by)"
        r"|accounts?\sfor|covers?|covered|owns?|owned|employs?|has\sa|have\sa"
        r"|there\s(?:are|is|were|was)|percent\sof|share\sof|part\sof"
        r"|can\s(?:\w+\s)?(?:operate|produce|make|run|achieve|realize)|realiz\w+"
        r"|operat\w+)",
        r"来自|占|包括|拥有|覆盖|涵盖|实现|投产|能够",
    ),
    "others_deed": (
        r"(?:he|she|they|you|(?-i:[A-Z])\w+)(?:['’]ve|['’]s|\shas|\shave|\shad)?"
        r"\s(?:also\s|never\s|actually\s|just\s|even\s|once\s|not\s)?(?:\w+ed|said|took|made"
        r"|went|did|had|was|were|gave|got|put|built|sold|bought|brought|left|ran|told|spent|cut"
        r"|lost|won|been|done|taken|given|gone|became|began|came|let|sent|paid|met|wrote)",
        r"[他她]们?(?:曾|已|没有)",
    ),
    "others_aim": (
        r"(?:he|she|they|(?-i:[A-Z])[a-z]+)\s(?:just\s|also\s|really\s)?(?:wants?|plans?|supports?"
        r"|opposes?|believes|talks?|says|calls|refuses|intends|likes|agrees|proposes)",
        r"[他她]们?(?:想|要|反对|支持)",
    ),
    "own_deed": (
        r"I(?:['’]ve|\shave|\shad)?\s(?:also\s|never\s|actually\s|just\s|even\s|once\s)?"
        r"(?:\w+ed|said|took|made|went|did|had|was|gave|got|put|built|sold|brought|left|ran|told"
        r"|spent|cut|won|been|done|came|wrote|led)",
        r"我(?:曾|已经|没有)",
    ),
    "denial": (
        r"(?:has|have|had|there(?:['’]s|\s(?:is|are|was|were)))\s(?:no|not|never|nothing|none)"
        r"|(?:does|do|did|has|have|was|were|is|are)(?:n['’]t|\snot)",
        r"没有|并未|并非|不是",
    ),
    "ongoing": (
        r"(?:is|are|was|were|been|['’]re|(?:he|she|it|who)['’]s)\s(?:not\s|now\s|\w+ly\s)?"
        r"\w{2,}ing(?<!going)",
        r"正在",
    ),
    "accusation": (
        r"lied|lies|lying|liar|false|true|truth|debunk\w*|denied|denies|blam\w+|accus\w+"
        r"|insult\w*|attack\w*|failed|fails|flip\w*|wrong|corrupt\w*|crimes?|illegal\w*|guilty"
        r"|cheat\w*|fraud|scandal|stole\w*|responsible",
        r"谎|虚假|诈骗|违法|指控|贪污|失败",
    ),
    "economy": (
        r"(?:jobs?|unemployment|tax\w*|budget|deficits?|debt|wages?|incomes?|poverty"
        r"|inflation|gdp|economy|exports?|imports?|trade|revenues?|profits?|sales"
        r"|shipments?|price\w*|cost\w*|spending|investment|invest\w*|stock|dollars?"
        r"|percent|rates?|interest)",
        r"就业|失业|税|预算|赤字|债务|工资|收入|贫困|通胀|经济|出口|进口|贸易|营收|利润|销售|出货量|价格|成本|支出|投资|股",
    ),
    "institution": (
        r"(?:congress|senate|senator|president|governor|administration|court|supreme"
        r"|government|ministry|department|company|companies|corporation|inc|ltd|bank"
        r"|university|police|army|military|troops|party|agency|union|federal|republicans?"
        r"|democrats?|bill|law|act|amendment|constitution|treaty|nato|un|factory"
        r"|manufacturer|ceo|industry|commission)",
        r"公司|集团|政府|部门|法院|大学|银行|警方|军队|机构|委员会|企业|工厂|法案|法律|央行|统计局",
    ),
}  # fmt: skip

COMPILED_PATTERNS = {
    name: re.compile(rf"(?i)(?<![\w'’])(?:{english})(?!\w)|{chinese}")
    for name, (english, chinese) in FEATURE_PATTERNS.items()
}


def match_features(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names of the features of a text, each with the first words that show it."""
    for name, pattern in COMPILED_PATTERNS.items():
        if found := pattern.search(text):
            yield name, found.group()
