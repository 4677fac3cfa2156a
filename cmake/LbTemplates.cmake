# lb_add_templates(target drawn_shapes ...): compiles resources/templates/<name>.lbench into the target,
# as `extern const std::string_view kTemplate_<name>` of namespace lb::templates.
function(lb_add_templates target)
    foreach(name IN LISTS ARGN)
        set(file ${PROJECT_SOURCE_DIR}/resources/templates/${name}.lbench)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        file(READ ${file} text)
        file(CONFIGURE OUTPUT template_${name}.cpp CONTENT [[
#include <string_view>

namespace lb::templates {
extern const std::string_view k_@name@;
const std::string_view k_@name@ = R"lbench(@text@)lbench";
} // namespace lb::templates
]] @ONLY)
        target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/template_${name}.cpp)
    endforeach()
endfunction()
