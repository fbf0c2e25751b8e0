"""Parameters the flows share, titled and described for the form in the Prefect UI.

Prefect writes its own title and an empty description over those of a `Field`; what is given as extra to the
schema stays.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field


def _shown(title: str, description: str) -> Any:
    return Field(json_schema_extra={"title": title, "description": description})


Stores = Annotated[
    list[str] | None,
    _shown("Stores", "Names of the stores to work on; none given: all that are not paused."),
]
Start = Annotated[datetime, _shown("From", "Orders placed on TikTok at this instant or later.")]
End = Annotated[datetime, _shown("To", "Orders placed on TikTok before this instant.")]
Since = Annotated[
    datetime | None,
    _shown(
        "From", "Orders placed on TikTok at this instant or later; none given: seven days before the end."
    ),
]
Until = Annotated[
    datetime | None, _shown("To", "Orders placed on TikTok before this instant; none given: now.")
]
DryRun = Annotated[bool, _shown("Dry run", "Write nothing; only say what would be done.")]
AsOf = Annotated[datetime | None, _shown("As of", "Judge as if it were this instant; none given: now.")]
