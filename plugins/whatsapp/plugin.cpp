#include "whatsapp_plugin.hpp"

SOUK_PLUGIN(souk::whatsapp::WhatsAppPlugin)
