"""Registering the webhooks of a store at both platforms: only what differs is changed.

What others have registered (another path) is left alone.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from connector.errors import ConfigurationError, ConnectorError, LedgerUnavailable, UsageError
from connector.ledger import credentials
from connector.services.session import StoreSession
from connector.services.webhooks.addresses import (
    SHOPIFY_PATH,
    TIKTOK_PATH,
    is_receiver,
    shopify_address,
    tiktok_address,
)
from connector.services.webhooks.secrets import signing_secrets
from connector.services.webhooks.topics import SHOPIFY_TOPICS, TIKTOK_TOPICS
from connector.shopify.subscriptions import Subscription

PLATFORMS = ("tiktok", "shopify")


@dataclass(slots=True)
class Registrations:
    """What is registered for this connector now, and what of it was just changed.

    `addresses` gives, by platform, the address of each topic, None for one that is not registered. A platform
    that could not be asked has a sentence in `problems` instead.
    """

    addresses: dict[str, dict[str, str | None]] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether both platforms did what they were asked."""
        return not self.problems

    def missing(self, platform: str) -> list[str]:
        """Topics nobody sends to this connector."""
        return [topic for topic, address in self.addresses.get(platform, {}).items() if address is None]

    def elsewhere(self, platform: str, wanted: str) -> list[str]:
        """Topics that are sent to another address than this one."""
        known = self.addresses.get(platform, {})
        return [topic for topic, address in known.items() if address is not None and address != wanted]

    def to_json(self) -> dict[str, object]:
        """The object of `connector store webhooks --json`."""
        return {
            "ok": self.ok,
            **{
                platform: {
                    "topics": self.addresses.get(platform, {}),
                    "changed": self.changed.get(platform, 0),
                    "problem": self.problems.get(platform),
                }
                for platform in PLATFORMS
            },
        }


async def register(session: StoreSession, base_url: str) -> Registrations:
    """Have both platforms send every topic to the receiver below `base_url`; repeating it changes nothing.

    Raises UsageError for an address a platform would not take, before anything is changed. A platform that
    refuses is named in the result; the other one is registered all the same.
    """
    store = session.store
    tiktok = tiktok_address(base_url, api_url=store.tiktok_base_url)
    shopify = shopify_address(base_url, api_url=store.shopify_base_url)

    async def at_shopify() -> int:
        await _require_secret(session)
        return await _register_shopify(session, shopify)

    return await _done(session, {"tiktok": lambda: _register_tiktok(session, tiktok), "shopify": at_shopify})


async def remove(session: StoreSession) -> Registrations:
    """Have both platforms send nothing to a receiver of this connector any more, wherever it is."""
    return await _done(
        session, {"tiktok": lambda: _remove_tiktok(session), "shopify": lambda: _remove_shopify(session)}
    )


async def registered(session: StoreSession) -> Registrations:
    """What is registered now; nothing is changed."""
    return await _done(session, {})


async def tiktok_registered(session: StoreSession) -> dict[str, str | None]:
    """The address of each topic at TikTok, where it is that of a receiver of this connector."""
    known = {str(each.get("event_type")): each.get("address") for each in await session.tiktok.webhooks()}
    return {
        topic: str(known[topic]) if is_receiver(known.get(topic), TIKTOK_PATH) else None
        for topic in TIKTOK_TOPICS.values()
    }


async def shopify_registered(session: StoreSession) -> dict[str, str | None]:
    """The same at Shopify."""
    known = {each.topic: each.uri for each in await _ours(session)}
    return {topic: known.get(topic) for topic, _ in SHOPIFY_TOPICS.values()}


async def _done(session: StoreSession, changes: Mapping[str, Callable[[], Awaitable[int]]]) -> Registrations:
    result = Registrations()
    readings = {"tiktok": tiktok_registered, "shopify": shopify_registered}
    for platform, read in readings.items():
        try:
            if platform in changes:
                result.changed[platform] = await changes[platform]()
            result.addresses[platform] = await read(session)
        except (LedgerUnavailable, UsageError):
            raise
        except ConnectorError as error:
            result.problems[platform] = str(error)
    return result


async def _register_tiktok(session: StoreSession, address: str) -> int:
    known = {str(each.get("event_type")): each.get("address") for each in await session.tiktok.webhooks()}
    wanting = [topic for topic in TIKTOK_TOPICS.values() if known.get(topic) != address]
    for topic in wanting:
        await session.tiktok.set_webhook(topic, address)
    return len(wanting)


async def _remove_tiktok(session: StoreSession) -> int:
    ours = [topic for topic, address in (await tiktok_registered(session)).items() if address is not None]
    for topic in ours:
        await session.tiktok.delete_webhook(topic)
    return len(ours)


async def _register_shopify(session: StoreSession, address: str) -> int:
    """New subscriptions first, so that no moment is without one; then those that differ go."""
    right: set[str] = set()
    wrong: list[Subscription] = []
    fields = dict(SHOPIFY_TOPICS.values())
    for each in await _ours(session):
        fits = each.topic in fields and each.uri == address and each.fields == fields[each.topic]
        if fits and each.topic not in right:
            right.add(each.topic)
        else:
            wrong.append(each)
    # One at the same address with other fields stands in the way of its successor.
    for each in [each for each in wrong if each.uri == address]:
        await session.shopify.unsubscribe(each.id)
    for topic in [topic for topic in fields if topic not in right]:
        await session.shopify.subscribe(topic, address, fields[topic])
    for each in [each for each in wrong if each.uri != address]:
        await session.shopify.unsubscribe(each.id)
    return len(wrong) + len(fields) - len(right)


async def _remove_shopify(session: StoreSession) -> int:
    ours = await _ours(session)
    for each in ours:
        await session.shopify.unsubscribe(each.id)
    return len(ours)


async def _ours(session: StoreSession) -> list[Subscription]:
    known = await session.shopify.webhook_subscriptions()
    return [each for each in known if is_receiver(each.uri, SHOPIFY_PATH)]


async def _require_secret(session: StoreSession) -> None:
    """Without the secret that Shopify signs with, every webhook would be turned away as forged."""
    held = await session.database.run_read(
        credentials.load, box=session.runtime.secrets, store_id=session.store.id, platform="shopify"
    )
    if not signing_secrets("shopify", held.secrets, session.clock.now()):
        raise ConfigurationError(
            f"Store {session.store.name} has no webhook_secret: put the app's client secret into the store "
            "file as shopify.webhook_secret, repeat connector store add, then register again."
        )
