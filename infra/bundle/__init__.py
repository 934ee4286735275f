"""What is put on a cloud: a zip per function, a layer per dependency group."""

from infra.bundle.bytecode import Unbuildable
from infra.bundle.code_zip import code
from infra.bundle.groups import group, layers
from infra.bundle.layer_zip import Architecture, layer, this_machine

__all__ = ["Architecture", "Unbuildable", "code", "group", "layer", "layers", "this_machine"]
