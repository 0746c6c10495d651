"""`yuhang bench NAME`: every number that the project claims, one command each; the last line is JSON."""

import typer

from benchmarks import deadlines, detect, edge, frames, ingest, notice, plans, rendered_scenes, routes
from benchmarks.density import command as density
from benchmarks.density import soak
from benchmarks.detectors import command as detectors
from benchmarks.faces import command as faces
from benchmarks.fire import command as fire
from benchmarks.gate import command as gate
from benchmarks.gateway import command as gateway
from benchmarks.greenwave import command as greenwave
from benchmarks.plates import command as plates

app = typer.Typer(help="Benchmarks; the last line of each is JSON.", no_args_is_help=True)
app.command("ingest")(ingest.command)
app.command("deadlines")(deadlines.command)
app.command("edge")(edge.command)
app.command("notice")(notice.command)
app.command("density")(density.command)
app.command("soak")(soak.command)
app.command("detectors")(detectors.command)
app.command("detect")(detect.command)
app.command("faces")(faces.command)
app.command("gate")(gate.command)
app.command("gateway")(gateway.command)
app.command("frames")(frames.command)
app.command("route")(routes.command)
app.command("fire")(fire.command)
app.command("plan")(plans.command)
app.command("greenwave")(greenwave.command)
app.command("plates")(plates.command)
app.command("rendered")(rendered_scenes.command)


@app.callback()
def bench() -> None:
    """Benchmarks; the last line of each is JSON."""
