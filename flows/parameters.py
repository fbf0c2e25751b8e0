"""Parameters the flows share, described for the form in the Prefect UI.

`Annotated` on purpose: Prefect drops the limits of a bare `Field` default.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

Stores = Annotated[
    list[str] | None,
    Field(title="Stores", description="Names of the stores to work on; none given: all that are not paused."),
]
Start = Annotated[
    datetime, Field(title="From", description="Orders placed on TikTok at this instant or later.")
]
End = Annotated[datetime, Field(title="To", description="Orders placed on TikTok before this instant.")]
DryRun = Annotated[bool, Field(title="Dry run", description="Write nothing; only say what would be done.")]
AsOf = Annotated[
    datetime | None,
    Field(title="As of", description="Judge as if it were this instant; none given: now."),
]
