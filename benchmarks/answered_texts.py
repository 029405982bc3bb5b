"""Questions, articles and solutions in English and Chinese, composed of words that are as uneven as words are."""

import random

PLACES_EN = (
    "Aleppo", "Bristol", "the Danube delta", "Kyoto", "Lagos", "the Loire valley", "Manchester", "Nanjing", "Oaxaca",
    "the Pearl river", "Quebec", "Riga", "Samarkand", "Trieste", "Uppsala", "Venice", "Warsaw", "Yunnan", "Zanzibar",
    "the Baltic", "Damascus", "Edinburgh", "Fez", "Goa", "Hamburg", "Istanbul", "Jaffa", "Krakow", "Lisbon",
    "Malacca",
)
THINGS_EN = (
    "tax registers", "glove makers", "soil salinity", "solar cells", "school meals", "harbour records",
    "speech therapy", "citation counts", "fire doors", "botanists' letters", "patent translation", "heat islands",
    "hospital costs", "parish maps", "carbon fibre", "open banking", "manuscript bindings", "river floods",
    "tea auctions", "bridge loads", "census returns", "children's books", "dialect recordings", "early photographs",
    "family law", "grain prices", "health insurance", "insect surveys", "jazz recordings", "kinship terms",
    "land reform", "market gardens", "newspaper archives", "oral histories", "pottery shards", "quarry leases",
    "railway timetables", "ship logs", "textile patterns", "urban planning", "vaccination records", "water rights",
    "x-ray diffraction", "youth clubs", "machine learning", "reading habits", "nursing homes", "battery recycling",
    "coral reefs", "street markets",
)
ASPECTS_EN = (
    "before 1850", "between the wars", "in the last ten years", "for a master's thesis", "with statistics",
    "in German", "as a data set", "by neighbourhood", "seen by women", "in peer-reviewed journals", "for beginners",
    "in print", "compared with other cities", "under the new law", "with maps", "from primary sources", "by age",
    "in translation",
)
ASKS_EN = (
    "Where can I find sources on {0} in {1} {2}?", "I need the full text of an article on {0} {2}",
    "How do I cite {0} of {1}?", "Is there a data set about {0} in {1}?", "Literature on {0} {2}, please",
    "How can I renew my books on {0}?", "Which database covers {0} in {1}?",
    "Can you get {0} of {1} from another library?", "What has been written about {0} {2}?",
    "Looking for a colleague who knows {0} in {1}",
)
SENTENCES_EN = (
    "Begin with the catalogue and search for {0}, then narrow the list to {1}.",
    "Most of what was published on {0} {2} stands in two databases; both can be read from home.",
    "For {1} there is a printed guide, which the reading room keeps behind the desk.",
    "We compared five sources on {0} and say below what each of them leaves out.",
    "Copies of {0} are ordered from partner libraries and take about a week.",
    "The figures are given by year and by district, {2}, and may be reused with a reference.",
    "Who needs more on {0} in {1} asks the subject librarian for an hour of help.",
    "Cite the archive, the series and the page; an example stands at the end.",
)
PLACES_ZH = (
    "上海", "北京", "广州", "成都", "敦煌", "苏州", "泉州", "昆明", "西安", "杭州", "武汉", "澳门", "台北", "香港",
    "拉萨", "哈尔滨", "青岛", "长沙", "福州", "南宁", "江南", "岭南", "东北", "西域", "徽州", "闽南", "河西走廊",
    "黄河流域", "长江三角洲", "珠江口",
)
THINGS_ZH = (
    "墓志", "碳纤维材料", "水利史", "热岛效应", "写本", "老年阅读推广", "太阳能电池", "灾害记录", "营养餐政策",
    "专利查新", "教科书", "成本核算", "古籍数字化", "学科服务", "语料库", "丝绸贸易", "方言录音", "地契", "家谱",
    "戏曲剧本", "茶叶价格", "铁路建设", "环境保护法", "机器学习", "知识图谱", "图书馆学", "情报分析", "高校评价",
    "儿童文学", "民间信仰", "城市规划", "农村金融", "医疗保险", "人口普查", "气候变化", "水稻育种", "珊瑚礁",
    "电池回收", "桥梁荷载", "土壤盐碱化", "陶瓷纹样", "旅行游记", "报刊广告", "女性写作", "海关档案", "口述历史",
    "义务教育", "房地产税", "数字人文", "疫苗接种",
)
ASPECTS_ZH = (
    "近二十年的研究", "明清时期", "民国时期", "的统计数据", "的核心期刊论文", "的英文文献", "的综述", "的第一手史料",
    "的地图", "的比较研究", "的政策文件", "的学位论文", "的数据集", "的影印本", "的目录", "的入门读物", "的争议",
    "的案例",
)
ASKS_ZH = (
    "请问有没有{1}{0}{2}", "我想找{0}{2}", "怎样引用{1}的{0}材料", "{1}{0}有哪些数据库可以查", "求{0}方面的论文全文",
    "关于{0}的书怎么续借", "能不能从别的图书馆借到{1}{0}{2}", "想做{0}{2}的文献检索", "哪位老师熟悉{1}的{0}",
    "写论文要用{1}{0}{2}",
)
SENTENCES_ZH = (
    "先在目录里检索{0}，再用{1}缩小范围。", "{0}{2}多收在两个数据库里，校外登录也能看。",
    "{1}有一本纸本指南，放在阅览室服务台。", "我们比较了五种{0}资料，下面说明各自缺什么。",
    "{0}的复制件可以向合作馆申请，大约一周到。", "数据按年份和地区列出，引用时请注明出处。",
    "需要更多{1}{0}材料的读者，可以预约学科馆员。", "引用时写明档案馆、全宗和页码，文末有例子。",
)


SYLLABLES = ("ar", "ben", "cor", "dal", "el", "fen", "gor", "hal", "in", "jor", "kes", "lun", "mar", "nor", "os", "pel")
FAMILY_ZH = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华"
GIVEN_ZH = "文明远志清德国华建平思敬安民秀英玉春伯仲叔季子孟"


class Writer:
    """Composes texts; the same seed gives the same texts.

    :param int seed: of the random numbers
    """

    def __init__(self, seed):
        self.random = random.Random(seed)

    def _uneven(self, words):
        """One of `words`; the first ones come up far more often."""
        return words[min(int(self.random.paretovariate(0.6)) - 1, len(words) - 1)] if self.random.random() < 0.5 else (
            self.random.choice(words))

    def _words(self, is_chinese):
        if is_chinese:
            return self._uneven(THINGS_ZH), self._uneven(PLACES_ZH), self._uneven(ASPECTS_ZH)
        return self._uneven(THINGS_EN), self._uneven(PLACES_EN), self._uneven(ASPECTS_EN)

    def _detail(self, is_chinese):
        """What sets one question apart from a hundred alike: an author, a year; nothing for every third."""
        kind = self.random.random()
        if kind < 0.3:
            return ""
        year = self.random.randint(1480, 2025)
        if is_chinese:
            name = self.random.choice(FAMILY_ZH) + "".join(self.random.sample(GIVEN_ZH, 2))
            return f"，{name}著" if kind < 0.7 else f"，{year}年"
        name = "".join(self.random.sample(SYLLABLES, 3)).capitalize()
        return f" by {name}" if kind < 0.7 else f" of {year}"

    def question(self, is_chinese):
        """(question in one line, what the patron wrote)."""
        words = self._words(is_chinese)
        asked = self.random.choice(ASKS_ZH if is_chinese else ASKS_EN).format(*words) + self._detail(is_chinese)
        more = self._sentences(is_chinese, words, self.random.randint(0, 2))
        return asked, " ".join([asked, *more])

    def work(self, is_chinese):
        """(title, text) of an article or a solution."""
        words = self._words(is_chinese)
        thing, place, aspect = words
        title = f"{place}{thing}{aspect}" if is_chinese else f"{thing} in {place} {aspect}"
        return title + self._detail(is_chinese), " ".join(self._sentences(is_chinese, words, self.random.randint(3, 7)))

    def _sentences(self, is_chinese, words, number):
        kinds = SENTENCES_ZH if is_chinese else SENTENCES_EN
        return [
            self.random.choice(kinds).format(*(words if self.random.random() < 0.7 else self._words(is_chinese)))
            for _sentence in range(number)
        ]

    def typed(self, is_chinese):
        """A question as it stands in the form: whole, or typed half way."""
        asked, written = self.question(is_chinese)
        kind = self.random.random()
        if kind < 0.3:
            return asked[: max(4, int(len(asked) * self.random.uniform(0.4, 0.9)))]
        return written if kind < 0.45 else asked
