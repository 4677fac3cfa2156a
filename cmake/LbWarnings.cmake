# lb_warnings: what every target of ours is compiled with.
add_library(lb_warnings INTERFACE)
target_compile_options(lb_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wno-restrict # GCC 12 reports std::string concatenation falsely (PR 105651)
    # the same at -O3, under two names, in the standard library's own headers
    $<$<CONFIG:Release>:-Wno-stringop-overflow> $<$<CONFIG:Release>:-Wno-array-bounds>
    -Wno-subobject-linkage) # takes a file that a unity build includes for a header
if(LAYERBENCH_WERROR)
    target_compile_options(lb_warnings INTERFACE -Werror)
endif()
# GCC collects its garbage early and often: up to half a gigabyte it need not, a tenth of the time.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(lb_warnings INTERFACE
        --param=ggc-min-heapsize=524288 --param=ggc-min-expand=100)
endif()
