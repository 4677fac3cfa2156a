#include "core/support/process.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace lb {
namespace {

/// Both ends of a pipe, closed when it goes.
struct Pipe {
    int read = -1, write = -1;

    enum class Kind { Pipe, Socket };
    /// A socket can be written to without a signal that ends us if nobody reads.
    explicit Pipe(Kind kind = Kind::Pipe)
    {
        int ends[2];
        if (kind == Kind::Pipe ? pipe2(ends, O_CLOEXEC) == 0
                               : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
            read = ends[0];
            write = ends[1];
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe()
    {
        shut(read);
        shut(write);
    }
    static void shut(int& end)
    {
        if (end >= 0)
            close(end);
        end = -1;
    }
};

/// Feeds and drains all three pipes at once, so that neither side waits for the other.
void exchange(Pipe& in, Pipe& out, Pipe& err, std::string_view input, std::size_t mostOutput,
              ProgramOutcome& outcome)
{
    std::string buffer(65'536, '\0');
    const auto drain = [&](Pipe& pipe, std::string& into) {
        const ssize_t count = read(pipe.read, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            return;
        if (count <= 0)
            Pipe::shut(pipe.read);
        else
            into.append(buffer, 0,
                        std::min(static_cast<std::size_t>(count), mostOutput - into.size()));
    };
    if (input.empty())
        Pipe::shut(in.write);
    while (out.read >= 0 || err.read >= 0) {
        pollfd waits[3]{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}};
        if (poll(waits, 3, -1) < 0)
            continue;
        if (waits[0].revents)
            drain(out, outcome.output);
        if (waits[1].revents)
            drain(err, outcome.errors);
        if (waits[2].revents) {
            const ssize_t count
                = send(in.write, input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count >= 0)
                input.remove_prefix(static_cast<std::size_t>(count));
            else if (errno != EAGAIN && errno != EINTR)
                input = {}; // it ended, or wants no more
            if (input.empty())
                Pipe::shut(in.write);
        }
    }
}

} // namespace

Result<std::filesystem::path> siblingProgram(std::string_view name)
{
    std::error_code problem;
    const char* folder = std::getenv("LAYERBENCH_BIN");
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", problem);
    const std::filesystem::path path
        = (folder ? std::filesystem::path(folder) : own.parent_path()) / name;
    if (access(path.c_str(), X_OK) != 0)
        return Error{ErrorCode::NotFound, path.string(),
                     LB_TR("Error", "this program of Layerbench is missing; install it again")};
    return path;
}

Result<ProgramOutcome> runProgram(const std::vector<std::string>& command, std::string_view input,
                                  std::size_t mostOutput)
{
    Pipe in(Pipe::Kind::Socket), out, err;
    const Error failed{ErrorCode::Io, command.front(),
                       LB_TR("Error", "the program cannot be started")};
    if (in.write < 0 || out.read < 0 || err.read < 0)
        return failed;
    std::vector<char*> arguments;
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.read, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write, 1);
    posix_spawn_file_actions_adddup2(&actions, err.write, 2);
    pid_t child = -1;
    const int started = posix_spawn(&child, command.front().c_str(), &actions, nullptr,
                                    arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (started != 0)
        return failed;
    Pipe::shut(in.read);
    Pipe::shut(out.write);
    Pipe::shut(err.write);
    ProgramOutcome outcome;
    exchange(in, out, err, input, mostOutput, outcome);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) { }
    outcome.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    while (outcome.errors.ends_with('\n'))
        outcome.errors.pop_back();
    return outcome;
}

} // namespace lb
