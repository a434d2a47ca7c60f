"""The commands of ``sureface``: each reads its options, asks the mesh and shows the answer."""
