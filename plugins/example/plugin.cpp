#include "example_plugin.hpp"

SOUK_PLUGIN(souk::example::ExamplePlugin)
