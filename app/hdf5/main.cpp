#include "app/hdf5/modes.h"

#include <hdf5.h>

#include <cerrno>
#include <charconv>
#include <new>
#include <sys/resource.h>
#include <unistd.h>

/// Reads or writes one HDF5 file that comes and goes through pipes, so that a file which breaks
/// the HDF5 library breaks nothing but this program. It opens no file and needs no network.
namespace {

using namespace lb::hdf5;

void limit(__rlimit_resource resource, rlim_t most)
{
    const rlimit both{most, most};
    setrlimit(resource, &both);
}

bool readAll(std::string& into)
{
    std::string block(1u << 20, '\0');
    while (true) {
        const ssize_t count = read(STDIN_FILENO, block.data(), block.size());
        if (count == 0)
            return true;
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            into.append(block, 0, static_cast<std::size_t>(count));
    }
}

bool number(std::string_view text, rlim_t& into)
{
    const auto end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, into);
    return problem == std::errc() && stopped == end;
}

bool writeAll(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR)
            return false;
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return true;
}

/// Memory for the request, the library's copy of it, the answer as it grows, and some more.
void limitResources(rlim_t request, rlim_t answer)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they reserve terabytes
    limit(RLIMIT_AS, (512u << 20) + 4 * request + 3 * answer);
#else
    static_cast<void>(request + answer);
#endif
    limit(RLIMIT_CPU, 60);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 3); // no file, pipe or socket can be opened from here on
}

std::string answer(Reader& request, std::string_view mode)
{
    try {
        const Kind kind = request.kind();
        if (mode == "read" && kind == Kind::Read)
            return readMode(request);
        if (mode == "write" && kind == Kind::Write)
            return writeMode(request);
        throw Refused{Refusal::Request, {}, {}};
    } catch (const Refused& refused) {
        Writer reply(Kind::Refused);
        reply.put(refused.reason);
        reply.text(refused.where);
        reply.text(refused.found);
        return std::move(reply).finish();
    } catch (const std::bad_alloc&) {
        Writer reply(Kind::Refused);
        reply.put(Refusal::Broken);
        reply.text({});
        reply.text({});
        return std::move(reply).finish();
    }
}

} // namespace

int main(int count, char** arguments)
{
    std::string input;
    rlim_t mostAnswer = 0;
    if (count != 3 || isatty(STDIN_FILENO) || !number(arguments[2], mostAnswer)
        || !readAll(input)) {
        constexpr std::string_view usage = "layerbench-hdf5 is started by Layerbench itself\n";
        return write(STDERR_FILENO, usage.data(), usage.size()) < 0 ? 3 : 2;
    }
    limitResources(input.size(), mostAnswer);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // it would print a page a fault
    unsigned plugins = 0;
    H5PLset_loading_state(plugins); // no filter from HDF5_PLUGIN_PATH
    Reader request(input);
    const bool said = writeAll(answer(request, arguments[1]));
    _exit(said ? 0 : 1); // what a broken file left in the library must not run on
}
