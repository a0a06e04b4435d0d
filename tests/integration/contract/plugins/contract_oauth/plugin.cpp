#include "../moody.hpp"

SOUK_PLUGIN(souk::contract::MoodyPlugin)
