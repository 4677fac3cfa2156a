#include "core/layers/registry.h"

#include <cstdio>

int main()
{
    lb::LayerRegistry registry;
    lb::registerBuiltinLayers(registry);
    for (const lb::LayerType* layer : registry.layers())
        std::puts(std::string(layer->kerasClass()).c_str());
    return 0;
}
