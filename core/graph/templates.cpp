#include "core/graph/project_file.h"

#include <array>

namespace lb {
namespace templates { // made of resources/templates by lb_add_templates()
extern const std::string_view k_drawn_shapes;
extern const std::string_view k_cifar10;
extern const std::string_view k_text;
extern const std::string_view k_three_sentences;
extern const std::string_view k_ag_news;
extern const std::string_view k_table;
extern const std::string_view k_feature_space;
} // namespace templates

std::span<const Template> builtinTemplates()
{
    static const std::array<Template, 7> all{{
        {"drawn_shapes", LB_TR("Template", "Drawn shapes"),
         LB_TR("Template",
               "Ten classes of shapes that the program draws: trains at once, needs no files."),
         templates::k_drawn_shapes},
        {"cifar10", LB_TR("Template", "CIFAR-10"),
         LB_TR("Template", "The same network on the folder cifar-10-batches-bin."),
         templates::k_cifar10},
        {"text", LB_TR("Template", "Sentences"),
         LB_TR("Template", "Sentences of two classes that the program makes: words become numbers, "
                           "vectors and a class."),
         templates::k_text},
        {"three_sentences", LB_TR("Template", "Three sentences"),
         LB_TR("Template", "The smallest text there is: humanity, needs and reason, a class each. "
                           "What a vocabulary is can be read off it."),
         templates::k_three_sentences},
        {"ag_news", LB_TR("Template", "AG News"),
         LB_TR("Template", "The same on news of four classes, from the file ag_news.csv."),
         templates::k_ag_news},
        {"table", LB_TR("Template", "Table"),
         LB_TR("Template", "Passengers of a made-up ship, with words, numbers and missing values; "
                           "the Titanic's table fits in their place."),
         templates::k_table},
        {"feature_space", LB_TR("Template", "Feature space"),
         LB_TR("Template", "The same table through one layer that prepares every column in its way "
                           "and crosses two of them."),
         templates::k_feature_space},
    }};
    return all;
}

} // namespace lb
