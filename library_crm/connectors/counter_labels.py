"""The reports and metrics of COUNTER, and what a metric counts in a librarian's words."""

REPORTS = (
    "PR", "PR_P1", "DR", "DR_D1", "DR_D2", "TR", "TR_B1", "TR_B2", "TR_B3", "TR_J1", "TR_J2", "TR_J3", "TR_J4",
    "IR", "IR_A1", "IR_M1",
)  # fmt: skip
METRIC_LABELS = [
    ("Total_Item_Requests", "Items opened or downloaded"),
    ("Unique_Item_Requests", "Different items opened or downloaded"),
    ("Unique_Title_Requests", "Different books opened or downloaded"),
    ("Total_Item_Investigations", "Items looked at"),
    ("Unique_Item_Investigations", "Different items looked at"),
    ("Unique_Title_Investigations", "Different books looked at"),
    ("Searches_Regular", "Searches"),
    ("Searches_Automated", "Searches by discovery services"),
    ("Searches_Federated", "Searches by federated search"),
    ("Searches_Platform", "Searches on the platform"),
    ("No_License", "Turned away: no licence"),
    ("Limit_Exceeded", "Turned away: too many at once"),
]
METRICS = tuple(code for code, _label in METRIC_LABELS)
