"""A doctor's report for people: everything that was looked at, the faults with what to do."""

from rich.text import Text

from connector.cli import output
from connector.services.doctor import DoctorReport


def print_report(report: DoctorReport) -> None:
    """One line per check, then the remedies of what is at fault."""
    console = output.people()
    rows = output.table("", "Store", "Check", "Seen")
    for finding in report.findings:
        mark = Text("ok", style="green") if finding.ok else Text("FAULT", style="bold red")
        rows.add_row(mark, *(output.cell(part) for part in (finding.store, finding.check, finding.detail)))
    console.print(rows)
    for finding in report.findings:
        if not finding.ok:
            where = f"{finding.store}, " if finding.store else ""
            console.print(Text(output.clean(f"{where}{finding.check}: {finding.fix}"), style="cyan"))
    console.print("Nothing is at fault." if report.ok else "Something is at fault; see above.")
