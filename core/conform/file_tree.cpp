#include "core/conform/file_tree.h"

#include "core/interop/zip.h"
#include "core/support/files.h"

#include <algorithm>
#include <optional>

namespace lb {

struct FileTree::Impl {
    std::filesystem::path folder;
    std::optional<ZipReader> zip;
    std::vector<std::string> names;
};

namespace {

Result<std::vector<std::string>> filesBelow(const std::filesystem::path& folder,
                                            const Limits& limits)
{
    std::vector<std::string> names;
    std::error_code failed;
    std::filesystem::recursive_directory_iterator entries(folder, failed);
    for (; !failed && entries != std::filesystem::recursive_directory_iterator();
         entries.increment(failed)) {
        if (!entries->is_regular_file())
            continue;
        names.push_back(entries->path().lexically_relative(folder).generic_string());
        if (std::ssize(names) > limits.folderFiles)
            return Error{ErrorCode::TooLarge, folder.string(),
                         LB_TR("Error", "holds too many files")};
    }
    if (failed)
        return Error{ErrorCode::Io,
                     folder.string(),
                     {LB_TR("Error", "cannot be listed: %1"), {failed.message()}}};
    return names;
}

} // namespace

Result<FileTree> FileTree::open(const std::filesystem::path& path, const Limits& limits)
{
    FileTree tree;
    tree.m_impl = std::make_shared<Impl>();
    if (std::filesystem::is_directory(path)) {
        LB_TRY(names, filesBelow(path, limits));
        tree.m_impl->folder = path;
        tree.m_impl->names = std::move(names);
    } else {
        LB_TRY(zip, ZipReader::open(path, limits));
        tree.m_impl->names = zip.names();
        tree.m_impl->zip.emplace(std::move(zip));
    }
    std::ranges::sort(tree.m_impl->names);
    return tree;
}

const std::vector<std::string>& FileTree::names() const
{
    return m_impl->names;
}

bool FileTree::contains(std::string_view name) const
{
    return std::ranges::binary_search(m_impl->names, name);
}

Result<std::string> FileTree::read(const std::string& name, std::size_t mostBytes) const
{
    if (!contains(name))
        return Error{ErrorCode::NotFound, name, LB_TR("Error", "is not there")};
    return m_impl->zip ? m_impl->zip->read(name, mostBytes)
                       : readFile(m_impl->folder / name, mostBytes);
}

} // namespace lb
