"""What ``sureface up`` does from the first check to the last process."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from client.console import Console
from client.up.demo import COLLECTION, Demo, demo, show
from client.up.mesh import Mesh, running, stop_signals
from client.up.obstacles import locked, require_ports
from client.up.plan import PORT_BASE, Plan
from client.up.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One service, for programs."""

    name: str
    address: str
    pid: int | None
    serving_after_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """A mesh that serves, for programs."""

    address: str
    data: Path
    services: tuple[Running, ...]
    demo: Demo | None
    """None unless it was asked for."""


async def up(plan: Plan, console: Console, *, photos: Path | None) -> None:
    """Run the mesh until a signal.

    Args:
        plan: Where and how.
        console: Who wants to know.
        photos: Folder of the demo photos; None for no demo.

    Raises:
        CannotStart: Something is in the way. Nothing is left running.
        FaceError: The demo was refused.
    """
    # Handlers first: a signal while we start must not orphan anybody.
    with stop_signals() as (asked, hurry), locked(plan.data):
        require_ports(plan)
        view = View(console)
        async with running(plan, view.say, hurry) as mesh:
            life = asyncio.create_task(_live(plan, console, view, mesh, photos))
            stop = asyncio.create_task(asked.wait())
            await asyncio.wait({life, stop}, return_when="FIRST_COMPLETED")
            stop.cancel()
            if life.done():
                await life
            life.cancel()
            console.say("stopping")


async def _live(plan: Plan, console: Console, view: View, mesh: Mesh, photos: Path | None) -> None:
    with view.starting(mesh.children.values()):
        await mesh.serving()
    tls = plan.tls and plan.tls / "client"
    shown = await demo(plan.address("gateway"), photos, tls) if photos else None
    if console.as_json:
        console.answer(_document(plan, mesh, shown))
    if shown:
        show(console, shown)
    _invite(plan, console, COLLECTION if shown else "NAME")
    await mesh.failed()


def _document(plan: Plan, mesh: Mesh, shown: Demo | None) -> Up:
    services = tuple(
        Running(
            name=name,
            address=plan.address(name),
            pid=child.pid,
            serving_after_s=child.serving_after_s and round(child.serving_after_s, 3),
        )
        for name, child in mesh.children.items()
    )
    return Up(address=plan.address("gateway"), data=plan.data, services=services, demo=shown)


def _invite(plan: Plan, console: Console, collection: str) -> None:
    address = plan.address("gateway")
    option = "" if plan.port_base == PORT_BASE else f" --address {address}"
    operator = f"{option} --tls {plan.tls / 'operator'}" if plan.tls else option
    plain = f"-cacert {plan.tls / 'ca.crt'}" if plan.tls else "-plaintext"
    option += f" --tls {plan.tls / 'client'}" if plan.tls else ""
    console.say(f"\nThe mesh serves on {address}; logs are in {plan.data / 'logs'}.")
    console.say(f"  sureface status{operator}")
    console.say(
        f"  sureface identify PHOTO --scene access_control --collection {collection}{option}"
    )
    console.say(f"  grpcurl {plain} {address} list")
    console.say("Ctrl-C stops it.")
