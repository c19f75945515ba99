"""A Bazel test that judges a plugin."""

def tenon_conformance_test(name, plugin, shards = 2, options = [], **kwargs):
    """Judges `plugin`, the label of its shared library, in `shards` shares.

    The suite reads which share is its own from the variables that Bazel sets for sharded tests, and
    writes the JUnit file that Bazel asks for.

    Args:
      name: name of the test
      plugin: label of the plugin's shared library
      shards: number of shares that run side by side
      options: further options of tenon-conformance
      **kwargs: what else sh_test takes
    """
    native.sh_test(
        name = name,
        srcs = ["@tenon//:conformance_test"],
        args = ["$(rootpath {})".format(plugin)] + options,
        data = [plugin, "@tenon//:suite"],
        shard_count = shards,
        **kwargs
    )
