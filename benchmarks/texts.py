"""Questions as patrons ask them, in English and Chinese, from which the benchmark composes its records."""

TOPICS_EN = (
    "Ottoman tax registers", "carbon fibre fatigue", "glove makers of the 1850s", "soil salinity in river deltas",
    "early Buddhist manuscripts", "open banking rules", "perovskite solar cells", "school meals policy",
    "harbour records of Bristol", "speech therapy for adults", "citation counts of a research group",
    "standards for fire doors", "letters of a botanist", "machine translation of patents", "urban heat islands",
    "standard costs in hospitals",
)
TOPICS_ZH = (
    "唐代墓志", "碳纤维复合材料", "江南水利史", "城市热岛效应", "敦煌写本", "老年人阅读推广", "钙钛矿太阳能电池",
    "地方志中的灾害记录", "中小学营养餐政策", "专利查新报告", "民国时期的教科书", "医院成本核算", "古籍数字化标准",
    "学科服务评价", "语料库语言学", "海上丝绸之路",
)
ASKS_EN = (
    "Where can I find sources on %s?", "Need the full text of an article on %s", "How do I cite material on %s",
    "Is there a data set about %s", "Please renew my books on %s", "Literature search: %s",
)
ASKS_ZH = (
    "请问馆内有关于%s的资料吗", "求%s方面的论文全文", "想做%s的文献检索", "%s有哪些核心期刊",
    "如何引用%s的材料", "%s的书能续借吗",
)
SENTENCES_EN = (
    "I have looked at the catalogue and at two databases and found only abstracts.",
    "My supervisor asked me to cover the last twenty years, books as well as articles.",
    "Anything in English, German or Chinese would help, PDF preferred.",
    "The deadline is at the end of next month, so there is some time.",
    "If there is a colleague who knows the collection, I would be glad to come by.",
    "Thank you very much for your help.",
)
SENTENCES_ZH = (
    "我在目录和两个数据库里查过，只找到摘要。",
    "导师要求覆盖近二十年的文献，图书和论文都要。",
    "中文、英文都可以，最好是电子版。",
    "下个月底要交初稿，时间还来得及。",
    "如果有熟悉这方面馆藏的老师，我可以到馆当面请教。",
    "非常感谢！",
)
GIVEN_EN = ("Odile", "Marcus", "Priya", "Hannah", "Tomás", "Ewa", "Samuel", "Leila", "Anders", "Grace")
FAMILY_EN = ("Bennett", "Okafor", "Larsen", "Novak", "Haddad", "Murphy", "Castro", "Weber", "Singh", "Dubois")
NAMES_ZH = ("王晓燕", "李明", "张伟", "陈思远", "刘芳", "杨静怡", "赵磊", "黄丽华", "周文博", "吴敏")
