"""What a sentence says, as named features: the words that a reason is given by.

Each feature is a pattern for English and one for Chinese, matched in any text.
"""

import re

PATTERNS = {
    "comparison": (
        r"(?:more|less|fewer|greater|higher|lower|larger|smaller|better|worse|faster|older|younger|bigger"
        r"|cheaper|stronger|longer)\s(?:\w+\s){0,3}than|compared\s(?:to|with)|versus|vs\.?|twice\sas|as\s\w+\sas"
        r"|outnumber\w*|outpac\w*|ahead\sof|surpass\w*|overt[ao]\w+|the\ssame\sas|relative\sto",
        r"比|相比|高于|低于|超过|不如|同比|环比|领先于",
    ),
    "superlative": (
        r"(?:most|least|largest|biggest|highest|lowest|greatest|best|worst|fastest|slowest|smallest|richest"
        r"|poorest|longest|shortest|strongest|weakest|oldest|youngest|leading|deadliest|record(?:-\w+)?|unprecedented"
        r"|ever|in\s(?:our\s)?history|of\sall\stime)",
        r"最|史上|历史新高|首屈一指|空前",
    ),
    "rank": (
        r"rank(?:s|ed|ing|ings)?|(?:top|No\.|number)\s(?:one|two|three|four|five|ten|\d+)|(?:second|third|fourth|fifth)"
        r"[-\s](?:largest|biggest|highest|lowest|best|worst)|market\sshare|leader\sin",
        r"排名|位居|位列|前[三四五十]|第[二三四五六七八九十]|市场份额",
    ),
    "first": (
        r"(?:the\s|its\s|his\s|her\s|their\s)?first[-\s](?:ever|time|\w+\s(?:to|in|of)|[\w-]+(?:ed|al|ship))|first\b(?=.{0,60}\b(?:to|in|of|"
        r"since|model|product|country|company|president|woman|time)\b)",
        r"首次|首个|首款|首家|首位|第一次|首度|率先",
    ),
    "change": (
        r"(?:r[io]ses?|rose|risen|rising|f[ae]ll(?:s|en|ing)?|gr[eo]ws?|grown|growing|growth|increas\w+|decreas\w+|declin\w+"
        r"|dropp?\w*|soar\w*|jump\w*|plung\w*|surg\w*|climb\w*|doubl\w+|tripl\w+|quadrupl\w+|cut|cuts|cutting|reduc\w+"
        r"|rais(?:e|es|ed|ing)|lost|gain(?:s|ed)?|improv\w+|worsen\w*|shr[iau]nk\w*|expand\w*|went\s(?:up|down)"
        r"|go(?:es|ing|ne)?\s(?:up|down)|(?:up|down)\s(?:by|from|to)|creat(?:ed|es|ing)|add(?:ed|s)|slash\w*|halved|reach(?:es|ed|ing))",
        r"增长|上升|下降|减少|增加|提高|降低|翻番|翻倍|飙升|暴涨|下滑|达到|突破|扩大|缩小|上涨|下跌",
    ),
    "quantifier": (
        r"(?:all|every|everyone|everybody|each|entire|entirely|whole|none|nobody|no\sone|never|always|only|nowhere|any|without)",
        r"所有|全部|全球|一切|从未|从来|唯一|每个|任何|整个|全国",
    ),
    "vague_quantity": (
        r"(?:most|many|few|several|dozens|hundreds|thousands|millions|billions|trillions|majority|minority|half|much|numerous"
        r"|a\slot|lots|number\sof)",
        r"大多数|许多|多数|数百|数千|数万|大量|几乎|部分|上百|上千",
    ),
    "past": (
        r"(?:was|were|had|did|didn't|voted|signed|passed|said|made|took|came|went|left|won|lost|spent|paid|got|gave|put|built"
        r"|sold|bought|brought|became|began|led|met|ran|told|kept|held|stood|sent|cost|wrote|opposed|supported|vetoed"
        r"|promised|proposed|called|created|started|ended|killed|used|tried|asked|invaded|attacked|balanced|introduced|served)",
        r"了|曾|已经|过去",
    ),
    "perfect": (r"(?:has|have|'ve|had)\s(?:\w+ly\s|not\s|never\s|also\s|been\s|now\s)?(?:\w+ed|been|gone|made|taken|seen|done|had|lost|become|grown|risen|fallen|given|put|cut|come|built|spent)", r"已|以来"),
    "period": (
        r"(?:last|past|previous|this|next|recent|these)\s(?:\w+\s)?(?:year|years|month|months|week|weeks|decade|decades|quarter|century)"
        r"|years?\sago|months?\sago|since|today|yesterday|currently|right\snow|to\sdate|so\sfar|the\send\sof|annual\w*|per\s(?:year|day|month)"
        r"|a\s(?:year|day|month|week)|under\s(?:president|this\sadministration)",
        r"今年|去年|明年|近年|目前|日前|以来|年底|年初|每年|昨天|今天|本月|上月",
    ),
    "condition": (r"(?:if|unless|whether|suppose|would|could|might|may|perhaps|maybe)", r"如果|假如|可能|也许|或许"),
    "prediction": (
        r"(?:will|won't|'ll|going\sto|gonna|expected?\sto|forecast\w*|predict\w*|project(?:s|ed)\s|plans?\sto|intends?\sto|by\s20[2-9]\d)",
        r"将会|将要|即将|将|预计|预期|有望|预测|计划",
    ),
    "exhortation": (
        r"(?:should|must|ought|let's|let\sus|let\sme|need\sto|needs\sto|have\sto|has\sto|got\sto|want\sto|wants\sto|insist(?:s|ed)?\son|commit\w*\sto"
        r"|strive\w*|dedicated\sto|determined\sto|stick\sto|adhere\w*|would\slike)",
        r"坚持|应该|必须|应当|努力|力争|致力于|希望|呼吁|让我们",
    ),
    "opinion": (
        r"(?:I\s(?:think|believe|feel|hope|know|guess|suppose|mean|wish|agree|disagree|don't\s(?:think|believe|know))|in\smy\s(?:opinion|view|judgment)"
        r"|frankly|honestly|obviously|wonderful|terrible|great|beautiful|proud|important|moral|values|dream|believe\sin|right\sthing|wrong|fair|unfair"
        r"|disgrace\w*|disaster|fully\sdemonstrates?|ridiculous|nice|love|respect)",
        r"我认为|我觉得|我相信|我想|应该说|令人|美好|伟大|充分体现|充分展示",
    ),
    "first_person": (r"(?:I|I'm|I've|I'd|I'll|me|my|mine|myself)", r"我(?!们|国|市|省)"),
    "we": (r"(?:we|we're|we've|we'd|we'll|us|our|ours)", r"我们|咱们"),
    "second_person": (r"(?:you|you're|you've|you'd|you'll|your|yours)", r"你|您"),
    "third_person": (r"(?:he|he's|she|she's|his|her|him|they|they're|they've|their|them)", r"他|她"),
    "negation": (r"(?:not|n't|\w+n't|never|no|nothing|neither|nor)", r"不|没有|并非|未"),
    "attribution": (
        r"(?:said|says|told|according\sto|reported|reports|announced|stated|claims?|claimed|estimates?|estimated|found\sthat|study|survey|poll|data|figures|statistics)",
        r"表示|指出|称|宣布|透露|据|报道|数据显示|报告|调查",
    ),
    "politeness": (
        r"(?:thank|thanks|please|welcome|good\s(?:evening|morning|night)|ladies\sand\sgentlemen|well|okay|yes|yeah|look|listen|excuse|sorry|sir|mr\.\s\w+,|question|answer|minutes?\sto\srespond|debate|tonight)",
        r"谢谢|欢迎|请|大家好|您好",
    ),
    "cause": (r"(?:because|due\sto|caused?|causing|led\sto|result\w*|thanks\sto|responsible\sfor|leads?\sto|driven|thereby|so\sthat)", r"因为|由于|导致|造成|带动"),
    "composition": (
        r"(?:comes?\sfrom|consists?\sof|contains?|includ\w+|made\s(?:of|in|by)|accounts?\sfor|covers?|covered|owns?|owned|employs?|has\sa|have\sa|there\s(?:are|is|were|was)|percent\sof|share\sof|part\sof|can\s(?:\w+\s)?(?:operate|produce|make|run|achieve|realize)|realiz\w+|operat\w+)",
        r"来自|占|包括|拥有|覆盖|涵盖|实现|投产|能够",
    ),
    "economy": (
        r"(?:jobs?|unemployment|tax\w*|budget|deficits?|debt|wages?|incomes?|poverty|inflation|gdp|economy|exports?|imports?|trade|revenues?|profits?|sales|shipments?|price\w*|cost\w*|spending|investment|invest\w*|stock|dollars?|percent|rates?|interest)",
        r"就业|失业|税|预算|赤字|债务|工资|收入|贫困|通胀|经济|出口|进口|贸易|营收|利润|销售|出货量|价格|成本|支出|投资|股",
    ),
    "institution": (
        r"(?:congress|senate|senator|president|governor|administration|court|supreme|government|ministry|department|company|companies|corporation|inc|ltd|bank|university|police|army|military|troops|party|agency|union|federal|republicans?|democrats?|bill|law|act|amendment|constitution|treaty|nato|un|factory|manufacturer|ceo|industry|commission)",
        r"公司|集团|政府|部门|法院|大学|银行|警方|军队|机构|委员会|企业|工厂|法案|法律|央行|统计局",
    ),
}

COMPILED = {
    name: re.compile(rf"(?i)(?<![\w'’])(?:{english})(?![\w])|{chinese}")
    for name, (english, chinese) in PATTERNS.items()
}
