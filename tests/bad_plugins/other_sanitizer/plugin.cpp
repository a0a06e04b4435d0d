#include "../scripted.hpp"

SOUK_PLUGIN(souk::bad::ScriptedPlugin<souk::bad::Nothing>)
