"""Words of the invented years of the demo library: who asks, about what, and how they put it.

Names and topics are invented; each topic belongs to one class of the Chinese Library Classification.
"""

GIVEN_EN = ("Ada", "Bruno", "Clara", "Dario", "Elin", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Leo",
            "Mira", "Nils", "Olga", "Pavel", "Rosa", "Sven", "Tara", "Viktor")
FAMILY_EN = ("Albrecht", "Bergstrom", "Castell", "Dimitrov", "Eriksen", "Fontaine", "Grünwald", "Halloran", "Ivarsson",
             "Jansen", "Kowalczyk", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Sandoval")
FAMILY_ZH = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_ZH = ("晓明", "思远", "雨桐", "子涵", "嘉怡", "志强", "文静", "浩然", "梦瑶", "国栋", "静怡", "俊杰", "慧敏",
            "天宇", "若曦", "海燕", "立新", "书瑶", "建平")

TOPICS = (
    # class, how often, English, Chinese
    ("TP", 9, "training data for language models", "大语言模型的训练数据"),
    ("TP", 7, "privacy in federated learning", "联邦学习中的隐私保护"),
    ("TP", 5, "robots in warehouses", "仓储机器人"),
    ("TU", 4, "timber in tall buildings", "高层木结构建筑"),
    ("TM", 4, "storage for solar power", "太阳能储能"),
    ("TQ", 3, "recycling of battery acid", "废旧电池酸液的回收"),
    ("R", 9, "side effects of statins", "他汀类药物的副作用"),
    ("R", 7, "nursing of dementia patients at home", "失智老人的居家护理"),
    ("R", 5, "vaccination in rural clinics", "乡村诊所的疫苗接种"),
    ("R", 4, "sleep and shift work", "睡眠与轮班工作"),
    ("F", 7, "rural tourism after the railway", "高铁开通后的乡村旅游"),
    ("F", 6, "green bonds of cities", "城市绿色债券"),
    ("F", 4, "wages in the platform economy", "平台经济中的劳动报酬"),
    ("D", 5, "rules for drones over towns", "城市上空无人机的管理规定"),
    ("D", 4, "custody law in Europe", "欧洲的抚养权法律"),
    ("G", 6, "reading programmes in primary schools", "小学阅读推广"),
    ("G", 5, "assessment of online courses", "在线课程的评价"),
    ("G", 3, "opening hours of libraries at night", "图书馆的夜间开放"),
    ("H", 5, "loan words in harbour dialects", "港口方言中的外来词"),
    ("H", 4, "teaching Chinese characters to adults", "成人汉字教学"),
    ("I", 5, "women writers of the nineteen-twenties", "二十世纪二十年代的女作家"),
    ("I", 3, "translations of river poetry", "江河诗歌的翻译"),
    ("J", 3, "woodcuts in the city museum", "市博物馆藏木刻版画"),
    ("K", 6, "port books after 1840", "1840 年以后的港口账簿"),
    ("K", 5, "family trees of boat people", "船民的家谱"),
    ("B", 3, "ethics of care", "关怀伦理"),
    ("C", 3, "surveys among migrants", "流动人口调查"),
    ("O", 4, "perovskite solar cells", "钙钛矿太阳能电池"),
    ("O", 3, "numerical methods for shallow water", "浅水方程的数值方法"),
    ("P", 2, "landslides in the upper valley", "上游河谷的滑坡"),
    ("Q", 4, "eels in regulated rivers", "受控河流中的鳗鱼"),
    ("S", 2, "rice without flooding", "旱作水稻"),
    ("U", 2, "ferries with electric drive", "电动渡轮"),
    ("X", 5, "microplastics in drinking water", "饮用水中的微塑料"),
    ("X", 3, "noise maps of old towns", "老城区的噪声地图"),
)

ASKS_EN = ("Sources on %s", "Where do I begin with %s?", "Recent studies on %s", "A statistic about %s",
           "Who works on %s?", "I found little on %s")
ASKS_ZH = ("关于%s的资料", "研究%s从哪里入手？", "近几年%s的研究", "%s方面的统计数据", "谁在研究%s？", "%s的文献很难找")

SERVICES = {
    # kind of service: (how often, efforts on the READ scale, channels), each letter equally often
    "reference": (30, "2233334445", ("desk", "desk", "chat", "mail", "mail", "phone", "portal", "portal", "roving")),
    "subject_search": (18, "4445555346", ("portal", "portal", "mail", "desk")),
    "document": (11, "2233334334", ("portal", "portal", "portal", "mail", "desk")),
    "circulation": (5, "1122212311", ("desk", "phone", "portal", "chat")),
    "training": (5, "3344433443", ("portal", "mail", "desk")),
    "purchase": (6, "2223222322", ("portal", "portal", "mail")),
    "sdi": (3, "4455444544", ("portal", "mail")),
    "novelty": (2, "5566555656", ("portal", "mail", "letter")),
    "citation": (4, "3344434434", ("portal", "mail")),
    "other": (2, "1123212212", ("desk", "phone", "letter")),
}

# How much is asked in each month from January on: a university with terms in spring and autumn.
SEASON = (0.9, 0.7, 1.3, 1.25, 1.35, 1.0, 0.45, 0.4, 1.15, 1.45, 1.4, 1.0)
# What each month adds to the one before.
GROWTH = 1.012
# Of the newest cases at most so many are still open.
OPEN_AT_MOST = 15
