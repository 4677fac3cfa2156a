# lb_warnings: what every target of ours is compiled with.
add_library(lb_warnings INTERFACE)
target_compile_options(lb_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wno-restrict # GCC 12 reports std::string concatenation falsely (PR 105651)
    -Wno-subobject-linkage) # takes a file that a unity build includes for a header
if(LAYERBENCH_WERROR)
    target_compile_options(lb_warnings INTERFACE -Werror)
endif()
