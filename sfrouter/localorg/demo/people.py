"""The people of the demo company: about forty users in three regions, some of whom have left."""

from dataclasses import dataclass

DOMAIN = "halden.example"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One user. `key` is the name other rows refer to; `region` names the pool a rep belongs to."""

    key: str
    first: str
    last: str
    title: str
    region: str
    zone: str
    manager: str = ""
    active: bool = True
    successor: str = ""

    @property
    def email(self) -> str:
        """The address in the org; keys are unique, names are not."""
        return f"{self.key.replace('_', '.')}@{DOMAIN}"


_WEST, _EAST, _BERLIN = "America/Los_Angeles", "America/New_York", "Europe/Berlin"
_MADRID, _TOKYO, _JAKARTA = "Europe/Madrid", "Asia/Tokyo", "Asia/Jakarta"

COLLEAGUES = (
    Colleague("vera", "Vera", "Lindqvist", "VP Sales", "", _EAST),
    # Americas
    Colleague("nora", "Nora", "Castellan", "Director Sales Americas", "", _EAST, "vera"),
    Colleague("sarah", "Sarah", "Whitfield", "Account Executive", "east", _EAST, "nora"),
    Colleague("owen", "Owen", "Marsh", "Account Executive", "east", _EAST, "nora"),
    Colleague("priya", "Priya", "Raman", "Account Executive", "east", _EAST, "nora"),
    Colleague("marcus", "Marcus", "Bell", "Account Executive", "east", _EAST, "nora"),
    Colleague("bob", "Bob", "Hanley", "Account Executive", "west", _WEST, "nora"),
    Colleague("lucia", "Lucia", "Ferro", "Account Executive", "west", _WEST, "nora"),
    Colleague("theo", "Theo", "Grant", "Account Executive", "west", _WEST, "nora"),
    Colleague("ada", "Ada", "Okafor", "Account Executive", "west", _WEST, "nora"),
    Colleague("john", "John", "Prescott", "Account Executive", "east", _EAST, "nora"),
    Colleague("jane", "Jane", "Aldous", "Senior Account Executive", "", _EAST, "nora"),
    Colleague("elena", "Elena", "Quiroga", "Account Executive", "latam", _EAST, "nora"),
    Colleague("diego", "Diego", "Salvat", "Account Executive", "latam", _EAST, "nora"),
    # Europe
    Colleague("klaus", "Klaus", "Reinhardt", "Director Sales EMEA", "", _BERLIN, "vera"),
    Colleague("sarah_b", "Sarah", "Brandt", "Account Executive", "dach", _BERLIN, "klaus"),
    Colleague("bob_w", "Bob", "Weigel", "Account Executive", "dach", _BERLIN, "klaus"),
    Colleague("anke", "Anke", "Sommerfeld", "Account Executive", "dach", _BERLIN, "klaus"),
    Colleague("jonas", "Jonas", "Albers", "Account Executive", "dach", _BERLIN, "klaus"),
    Colleague("sara", "Sara", "Belmonte", "Account Executive", "iberia", _MADRID, "klaus"),
    Colleague("roberto", "Roberto", "Vidal", "Account Executive", "iberia", _MADRID, "klaus"),
    Colleague("marta", "Marta", "Olmedo", "Account Executive", "iberia", _MADRID, "klaus"),
    # Asia-Pacific
    Colleague("haruka", "遥", "森下", "Director Sales APAC", "", _TOKYO, "vera"),
    Colleague("sara_t", "サラ", "高瀬", "Account Executive", "japan", _TOKYO, "haruka"),
    Colleague("bob_t", "ボブ", "石原", "Account Executive", "japan", _TOKYO, "haruka"),
    Colleague("kenji", "健二", "大野", "Account Executive", "japan", _TOKYO, "haruka"),
    Colleague("dewi", "Dewi", "Lestari", "Account Executive", "asean", _JAKARTA, "haruka"),
    Colleague("budi", "Budi", "Santosa", "Account Executive", "asean", _JAKARTA, "haruka"),
    # Around the account
    Colleague("amir", "Amir", "Daneshvar", "Account Manager", "", _EAST, "nora"),
    Colleague("greta", "Greta", "Holm", "Account Manager", "", _BERLIN, "klaus"),
    Colleague("clara", "Clara", "Nguyen", "Customer Success Manager", "", _EAST, "vera"),
    Colleague("felix", "Felix", "Brunner", "Customer Success Manager", "", _BERLIN, "vera"),
    Colleague("yuki", "優希", "中原", "Customer Success Manager", "", _TOKYO, "vera"),
    Colleague("piotr", "Piotr", "Zielinski", "Partner Manager", "", _BERLIN, "vera"),
    Colleague("simone", "Simone", "Achebe", "Solutions Engineer", "", _EAST, "nora"),
    Colleague("iris", "Iris", "Tanner", "Sales Operations", "", _EAST, "vera"),
    # Gone, and still all over the records
    Colleague("gone_heir", "Walter", "Finch", "Account Executive", "", _EAST, "nora", False, "priya"),
    Colleague("gone_boss", "Paula", "Reyes", "Account Executive", "", _WEST, "nora", False),
    Colleague("gone_far", "Erik", "Sandvik", "Account Executive", "", _BERLIN, "gone_lead", False),
    Colleague("gone_lead", "Ingrid", "Moe", "Sales Manager EMEA", "", _BERLIN, "klaus", False),
    Colleague("gone_loop", "Milo", "Trent", "Account Executive", "", _EAST, "", False),
)

POOLS = ("west", "east", "latam", "dach", "iberia", "japan", "asean")
