#pragma once

#include "core/support/result.h"

#include <filesystem>

namespace lb {

/// A folder that is worked in and vanishes unless it is moved to its place.
class ScratchFolder {
public:
    /// Beside `target`, so that moving it there is one rename. Errors: Io.
    static Result<ScratchFolder> beside(const std::filesystem::path& target);
    static Result<ScratchFolder> temporary(); ///< in the system's folder for temporary files
    ScratchFolder(ScratchFolder&& other) noexcept;
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder(); ///< removes it with all that is in it

    const std::filesystem::path& path() const { return m_path; }

    /// Moves it to `target` and makes that last; what stood there goes. Errors: Io; what stood at
    /// `target` still does.
    Result<> moveTo(const std::filesystem::path& target) &&;

private:
    explicit ScratchFolder(std::filesystem::path path)
        : m_path(std::move(path))
    {
    }
    std::filesystem::path m_path;
};

} // namespace lb
