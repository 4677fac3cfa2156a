// Saves one file as the program does, for the tests that take the disk or the process away:
// save_once PATH BYTES LETTER writes BYTES times LETTER and claims success on stdout.
#include "core/support/files.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    const std::string bytes(static_cast<std::size_t>(std::atoll(argv[2])), argv[3][0]);
    const auto saved = lb::saveAtomically(argv[1], bytes);
    if (saved.ok()) {
        std::puts("saved");
        return 0;
    }
    std::fprintf(stderr, "%s: %s\n", saved.error().where.c_str(),
                 lb::english(saved.error().message).c_str());
    return 1;
}
