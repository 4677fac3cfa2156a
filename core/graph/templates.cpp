#include "core/graph/project_file.h"

#include <array>

namespace lb {
namespace templates { // made of resources/templates by lb_add_templates()
extern const std::string_view k_drawn_shapes;
extern const std::string_view k_cifar10;
} // namespace templates

std::span<const Template> builtinTemplates()
{
    static const std::array<Template, 2> all{{
        {"drawn_shapes", LB_TR("Template", "Drawn shapes"),
         LB_TR("Template",
               "Ten classes of shapes that the program draws: trains at once, needs no files."),
         templates::k_drawn_shapes},
        {"cifar10", LB_TR("Template", "CIFAR-10"),
         LB_TR("Template", "The same network on the folder cifar-10-batches-bin."),
         templates::k_cifar10},
    }};
    return all;
}

} // namespace lb
