extern const char soukManifestJson[];

// A module that forgot SOUK_PLUGIN.
const char* unused() {
    return soukManifestJson;
}
