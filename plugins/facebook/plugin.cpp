#include "facebook_plugin.hpp"

SOUK_PLUGIN(souk::facebook::FacebookPlugin)
