"""One Prefect task per step of the story, each a page or a batch at a time, never an order.

A task is a thin shell over a plain function of `connector.services`. Nothing about an order lives only in
Prefect: results are neither stored nor cached, and a run that is lost is simply run again.
"""
