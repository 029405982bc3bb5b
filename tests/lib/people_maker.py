"""Made-up readers with planted duplicates, to measure the duplicate radar on: nobody in here exists."""

import random
from datetime import date, timedelta

from library_crm.lib.duplicates import Person

SURNAMES_ZH = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石"
)
GIVEN_ZH = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲志文海建国春梅宇浩然子轩雨涵欣怡梓晨思佳俊博"
    "天翔晓东雪莉云飞思远嘉琪诗雅若曦睿泽"
)
GIVEN = (
    "Anna Maria Lena Julia Sofia Emma Olivia Amara Chiara Ingrid Astrid Fatima Leila Noor Yasmin Priya Ananya Mei Yuki "
    "Hana Sakura Minh Linh Grace Joy Ruth Naomi Esther Miriam Carla Lucia Elena Irina Olga Tatiana Katarzyna Zofia Ewa "
    "Peter Paul Oliver Daniel Victor David Thomas Lukas Felix Jonas Erik Lars Sven Ahmed Omar Yusuf Ibrahim Tariq Raj "
    "Arjun Vikram Kenji Hiroshi Takeshi Duc Tuan Samuel Kwame Kofi Emeka Chidi Carlos Diego Mateo Luca Marco Andrei "
    "Ivan Dmitri Pawel Jan Tomasz Björn Søren José René François Zoë Chloë"
).split()
STEMS = "Berg Stein Holm Lind Wald Ros Gold Bran Kram Hart Mac Obi Ade Oko Nak Tana Yama Moto Fer Mar San Lop Gar Mor"
ENDS = "mann er strom qvist feld hauer son sen ovic enko ova ello etti elli ez ia awa ura dorf bach wood ley ton ard"
PLACES = [f"{word}{number}" for word in ("harbour", "mill", "station", "garden", "bridge") for number in range(1, 400)]


class PeopleMaker:
    """A city with a university: `people` and the `truth`, pairs of ids that are one person.

    :param int size: people before duplicates are planted
    :param float share: duplicates planted, as a share of the people
    :param bool hard: two mistakes in a duplicate, less to go by, more families and namesakes
    """

    def __init__(self, size, share=0.05, hard=False, seed=1):
        self.dice = random.Random(seed)
        self.hard = hard
        self.surnames = [stem + end for stem in STEMS.split() for end in ENDS.split()]
        self.people = [self._person(number) for number in range(1, size + 1)]
        self._families(size // (6 if hard else 12))
        self.truth = set()
        for person in self.dice.sample(self.people, int(size * share)):
            twin = self._again(person, len(self.people) + 1)
            self.people.append(twin)
            self.truth.add((person.id, twin.id))

    def _zipf(self, words):
        """A word; the first ones are common."""
        return words[min(int(self.dice.paretovariate(0.9)) - 1, len(words) - 1)] if self.dice.random() < 0.7 else (
            self.dice.choice(words))

    def _name(self):
        if self.dice.random() < 0.5:
            return self._zipf(SURNAMES_ZH) + "".join(
                self.dice.choice(GIVEN_ZH) for _ in range(self.dice.choice((1, 2, 2))))
        middle = f"{self.dice.choice(GIVEN)} " if self.dice.random() < 0.1 else ""
        return f"{self.dice.choice(GIVEN)} {middle}{self.dice.choice(self.surnames)}"

    def _born(self):
        """Students are born in few years."""
        years = self.dice.randint(18, 26) if self.dice.random() < 0.5 else self.dice.randint(8, 85)
        return date(2026 - years, 1, 1) + timedelta(days=self.dice.randint(0, 364))

    def _email(self, number):
        return f"reader{number * 7919 % 10**7}@{self.dice.choice(('mail', 'campus', 'post'))}.example"

    def _phone(self):
        return f"+86 1{self.dice.randint(3, 9)}{self.dice.randint(0, 999999999):09d}"

    def _person(self, number):
        dice = self.dice
        return Person(
            id=number,
            name=self._name(),
            born=self._born() if dice.random() < 0.9 else None,
            emails=(self._email(number),) if dice.random() < 0.8 else (),
            phones=(self._phone(),) if dice.random() < 0.7 else (),
            cards=(f"P{number * 104729 % 10**7:07d}",),
            address=dice.choice(PLACES) if dice.random() < 0.8 else "",
        )

    def _families(self, count):
        """Relatives with the mailbox, telephone and address of somebody, a surname in common, sometimes twins."""
        for person in self.dice.sample(self.people, count):
            chinese = ord(person.name[0]) > 0x4000
            given = "".join(self.dice.choice(GIVEN_ZH) for _ in range(2)) if chinese else self.dice.choice(GIVEN)
            name = person.name[0] + given if chinese else f"{given} {person.name.split()[-1]}"
            if name == person.name:
                continue
            twin = self.dice.random() < 0.1
            self.people.append(self._person(len(self.people) + 1)._replace(
                name=name, emails=person.emails, phones=person.phones, address=person.address,
                born=person.born if twin else self._born()))

    # One person registered again

    def _again(self, person, number):
        dice = self.dice
        fresh = self._person(number)
        keep = 0.45 if self.hard else 0.6
        twin = fresh._replace(name=person.name, born=person.born)
        for field in ("emails", "phones", "address"):
            if dice.random() < keep:
                twin = twin._replace(**{field: getattr(person, field)})
        slips = [self._slip_in_name, self._slip_in_birth, self._slip_in_contact, self._as_written_elsewhere]
        for slip in dice.sample(slips, 2 if self.hard else 1):
            twin = slip(twin)
        if not twin.born or dice.random() < 0.08:
            # who gave no birth date gave an address or a telephone
            known = {"emails": person.emails} if person.emails else {"phones": person.phones or (self._phone(),)}
            twin = twin._replace(born=None, **known)
        return twin

    def _slip_in_name(self, person):
        name, dice = person.name, self.dice
        if ord(name[0]) > 0x4000:
            if len(name) < 3:
                return person
            at = dice.randrange(1, len(name))
            return person._replace(name=name[:at] + dice.choice(GIVEN_ZH) + name[at + 1:])
        at = dice.randrange(1, len(name) - 2)
        if " " in name[at : at + 2]:
            return person
        slip = dice.choice((name[at + 1] + name[at], name[at], name[at : at + 2] + name[at + 1]))
        return person._replace(name=name[:at] + slip + name[at + 2:])

    def _slip_in_birth(self, person):
        born = person.born
        if not born:
            return person
        if born.day <= 12 and self.dice.random() < 0.5:
            return person._replace(born=date(born.year, born.day, born.month))
        day = min(born.day // 10 * 10 + self.dice.randint(0, 9), 28) or 1
        return person._replace(born=born.replace(day=day))

    def _slip_in_contact(self, person):
        if person.phones:
            phone = person.phones[0]
            return person._replace(phones=(phone[:-3] + str(self.dice.randint(0, 9)) + phone[-2:],))
        return person._replace(emails=tuple(address.replace(".example", ".exmaple") for address in person.emails))

    def _as_written_elsewhere(self, person):
        name, dice = person.name, self.dice
        if ord(name[0]) > 0x4000:
            return person._replace(name=dice.choice((name[1:] + name[0], f"{name[0]} {name[1:]}", f"{name}先生")))
        words = name.split()
        plain = name.translate(str.maketrans("öøéçë", "ooece"))
        wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in name)
        return person._replace(name=dice.choice(
            (f"{words[-1]}, {' '.join(words[:-1])}", plain.upper(), wide, f"Dr. {name}", f"{words[-1]} {words[0]}")))


def measure(pairs, truth):
    """(precision, recall) of found pairs of ids."""
    found = {pair for pair in pairs}
    right = len(found & truth)
    return right / max(len(found), 1), right / max(len(truth), 1)
