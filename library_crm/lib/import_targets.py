"""What a column of a patron table can fill, and guesses from how libraries call their columns."""

# Koha's names, which all patron tables are mapped to, with what people call them
TARGETS = [
    ("surname", "Name or surname"),
    ("firstname", "Given name"),
    ("preferred_name", "Preferred name"),
    ("title", "Form of address"),
    ("othernames", "Other names"),
    ("pronouns", "Pronouns"),
    ("cardnumber", "Card number"),
    ("borrowernumber", "Number in the library system"),
    ("userid", "Account (single sign-on)"),
    ("email", "E-mail"),
    ("emailpro", "Second e-mail"),
    ("phone", "Telephone"),
    ("mobile", "Second telephone"),
    ("address", "Street"),
    ("address2", "Second line of the address"),
    ("zipcode", "Postal code"),
    ("city", "City"),
    ("state", "Province or state"),
    ("country", "Country"),
    ("lang", "Language"),
    ("categorycode", "Patron type (code)"),
    ("branchcode", "Branch (code)"),
    ("affiliation", "Affiliation (name or code)"),
    ("degree_stage", "Stage of study"),
    ("stage_end", "End of the stage of study"),
    ("dateenrolled", "Member since"),
    ("dateexpiry", "Member until"),
    ("dateofbirth", "Birth date"),
    ("sex", "Gender"),
    ("contactname", "Guardian"),
    ("relationship", "Relation to the guardian"),
    ("borrowernotes", "Staff note in the library system"),
    ("opacnote", "Message to the patron"),
    ("sort1", "Statistical group 1"),
    ("sort2", "Statistical group 2"),
    ("privacy", "Privacy chosen (0, 1, 2)"),
    ("patron_attributes", "Further attributes (CODE:value)"),
    ("updated_on", "Changed on"),
]

# spellings beside Koha's own names, folded
SPELLINGS = {
    "surname": (
        "name",
        "full name",
        "last name",
        "family name",
        "patron",
        "reader",
        "姓名",
        "读者姓名",
        "讀者姓名",
        "名字",
        "姓",
    ),
    "firstname": ("first name", "given name", "forename", "名"),
    "preferred_name": ("nickname", "known as", "昵称", "暱稱", "称呼", "稱呼"),
    "title": ("form of address", "salutation", "honorific", "称谓", "稱謂"),
    "cardnumber": (
        "card",
        "card number",
        "card no",
        "card id",
        "barcode",
        "library card",
        "reader id",
        "patron barcode",
        "读者证号",
        "讀者證號",
        "借书证号",
        "借書證號",
        "借阅证号",
        "借閱證號",
        "证号",
        "證號",
        "读者条码",
        "讀者條碼",
        "条码",
        "條碼",
        "卡号",
        "卡號",
    ),
    "borrowernumber": ("patron number", "borrower number", "record number", "读者编号", "讀者編號", "系统号", "系統號"),
    "userid": (
        "user",
        "user id",
        "username",
        "login",
        "account",
        "student id",
        "student number",
        "staff id",
        "uid",
        "学号",
        "學號",
        "工号",
        "工號",
        "账号",
        "帳號",
        "学工号",
        "學工號",
    ),
    "email": (
        "e-mail",
        "mail",
        "email address",
        "e-mail address",
        "邮箱",
        "郵箱",
        "电子邮箱",
        "电子邮件",
        "電子郵件",
        "電子信箱",
        "信箱",
    ),
    "emailpro": ("second e-mail", "work e-mail", "备用邮箱", "備用信箱"),
    "phone": (
        "telephone",
        "phone number",
        "tel",
        "mobile phone",
        "cell phone",
        "电话",
        "電話",
        "手机",
        "手機",
        "手机号",
        "手機號碼",
        "联系电话",
        "聯絡電話",
        "移动电话",
        "行動電話",
    ),
    "mobile": ("mobile", "cell", "second telephone", "备用电话", "備用電話"),
    "address": ("street", "address 1", "地址", "住址", "通讯地址", "通訊地址"),
    "address2": ("address 2", "second line"),
    "zipcode": ("zip", "postal code", "postcode", "zip code", "邮编", "郵遞區號", "邮政编码", "郵遞編號"),
    "city": ("town", "城市", "市"),
    "state": ("province", "county", "region", "省份", "省"),
    "country": ("国家", "國家", "国籍", "國籍"),
    "lang": ("language", "语言", "語言"),
    "categorycode": (
        "category",
        "patron type",
        "patron category",
        "type",
        "reader type",
        "读者类型",
        "讀者類型",
        "读者类别",
        "讀者類別",
        "身份",
        "身分",
        "类型",
        "類型",
        "类别",
        "類別",
    ),
    "branchcode": (
        "branch",
        "library",
        "home branch",
        "home library",
        "分馆",
        "分館",
        "馆别",
        "館別",
        "所属馆",
        "所屬館",
    ),
    "affiliation": (
        "department",
        "faculty",
        "school",
        "institute",
        "organisation",
        "organization",
        "employer",
        "class",
        "单位",
        "單位",
        "院系",
        "系所",
        "学院",
        "學院",
        "部门",
        "部門",
        "班级",
        "班級",
        "工作单位",
        "工作單位",
    ),
    "degree_stage": ("degree", "level of study", "stage", "学历", "學歷", "学位", "學位", "培养层次", "學制"),
    "stage_end": ("graduation", "graduation date", "毕业日期", "畢業日期", "毕业时间"),
    "dateenrolled": (
        "enrolled",
        "date enrolled",
        "member since",
        "registered",
        "registration date",
        "办证日期",
        "辦證日期",
        "注册日期",
        "註冊日期",
        "开户日期",
        "登记日期",
    ),
    "dateexpiry": (
        "expiry",
        "expires",
        "expiry date",
        "expiration date",
        "valid until",
        "member until",
        "有效期",
        "有效期至",
        "到期日期",
        "到期日",
        "有效日期",
        "失效日期",
    ),
    "dateofbirth": ("birth date", "birthday", "date of birth", "born", "dob", "出生日期", "生日"),
    "sex": ("gender", "性别", "性別"),
    "contactname": ("guardian", "parent", "guarantor", "监护人", "監護人", "担保人", "擔保人"),
    "relationship": ("relation", "关系", "關係"),
    "borrowernotes": ("note", "notes", "remark", "remarks", "comment", "备注", "備註"),
    "updated_on": ("updated", "last change", "modified", "更新时间", "更新時間", "修改时间"),
}
CLOSE_ENOUGH = 88  # of 100: a slip or a plural, not another word


def folded(name):
    """
    >>> folded(" E-Mail_Address ")
    'e mail address'
    """
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").replace(".", " ").split())


def guess(header):
    """For each column of a header the target it most likely fills, each target once.

    >>> guess(["姓名", "读者证号", "Colour"])
    {'姓名': 'surname', '读者证号': 'cardnumber', 'Colour': None}
    >>> guess(["First name", "Last name", "Emial address"])
    {'First name': 'firstname', 'Last name': 'surname', 'Emial address': 'email'}
    """
    known = {folded(spelling): name for name, spellings in SPELLINGS.items() for spelling in spellings}
    known.update({folded(name): name for name, _label in TARGETS})
    found = dict.fromkeys(header)
    taken = set()
    for column in header:
        name = known.get(folded(column))
        if name and name not in taken:
            found[column] = name
            taken.add(name)
    for column in header:
        if found[column] is None:
            name = _closest(folded(column), known)
            if name and name not in taken:
                found[column] = name
                taken.add(name)
    return found


def _closest(name, known):
    """The target of the spelling that is nearly this name; short names must fit exactly."""
    from rapidfuzz import fuzz, process

    if len(name) < 5 or not name.isascii():
        return None
    best = process.extractOne(name, [spelling for spelling in known if len(spelling) > 4], scorer=fuzz.ratio)
    return known[best[0]] if best and best[1] >= CLOSE_ENOUGH else None
