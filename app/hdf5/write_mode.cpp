#include "app/hdf5/handle.h"
#include "app/hdf5/modes.h"

#include <vector>

namespace lb::hdf5 {
namespace {

void must(bool done, const std::string& where)
{
    if (!done)
        throw Refused{Refusal::Request, where, {}};
}

hid_t fileType(Element element)
{
    switch (element) {
    case Element::Bool:
    case Element::UInt8:
        return H5T_STD_U8LE;
    case Element::Int32:
        return H5T_STD_I32LE;
    case Element::Int64:
        return H5T_STD_I64LE;
    case Element::Float32:
        return H5T_IEEE_F32LE;
    case Element::Float64:
        break;
    }
    return H5T_IEEE_F64LE;
}

/// Keras' attribute of a `vars` group: a variable-length UTF-8 string.
void writeName(hid_t group, const std::string& name, const std::string& where)
{
    const OwnType type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const OwnSpace space(H5Screate(H5S_SCALAR));
    const OwnAttribute attribute(
        H5Acreate2(group, "name", type, space, H5P_DEFAULT, H5P_DEFAULT));
    const char* text = name.c_str();
    must(attribute.ok() && H5Awrite(attribute, type, &text) >= 0, where);
}

void writeDataset(hid_t group, const std::string& name, Reader& request, const std::string& where)
{
    const auto element = request.take<Element>();
    std::vector<hsize_t> shape(request.take<std::uint8_t>());
    for (hsize_t& size : shape)
        size = static_cast<hsize_t>(request.take<std::int64_t>());
    const hid_t type = fileType(element);
    std::size_t bytes = H5Tget_size(type);
    for (const hsize_t size : shape)
        bytes *= size;
    const std::string_view raw = request.raw(bytes);
    must(request.good() && element <= Element::Float64, where);
    const OwnSpace space(shape.empty()
                          ? H5Screate(H5S_SCALAR)
                          : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
    const OwnProperties list(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_obj_track_times(list, false); // the same model gives the same bytes
    const OwnDataset dataset(
        H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, list, H5P_DEFAULT));
    must(dataset.ok(), where);
    if (!raw.empty())
        must(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) >= 0, where);
}

void writeGroup(hid_t file, Reader& request)
{
    const std::string path(request.text());
    const std::string name(request.text());
    const std::string dataset(request.text());
    must(request.good(), path);
    const OwnProperties parents(H5Pcreate(H5P_LINK_CREATE));
    H5Pset_create_intermediate_group(parents, 1);
    const OwnGroup group(H5Gcreate2(file, path.c_str(), parents, H5P_DEFAULT, H5P_DEFAULT));
    must(group.ok(), path);
    if (!name.empty())
        writeName(group, name, path);
    const auto count = request.take<std::uint32_t>();
    for (std::uint32_t i = 0; i < count; ++i)
        writeDataset(group, dataset.empty() ? std::to_string(i) : dataset, request, path);
}

} // namespace

std::string writeMode(Reader& request)
{
    const OwnProperties access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_fapl_core(access, 1u << 20, false); // in memory; nothing is written anywhere
    const OwnFile file(H5Fcreate("model.weights.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access));
    must(file.ok(), {});
    const auto groups = request.take<std::uint32_t>();
    for (std::uint32_t i = 0; i < groups; ++i)
        writeGroup(file, request);
    must(request.end() && H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0, {});
    const ssize_t size = H5Fget_file_image(file, nullptr, 0);
    must(size > 0, {});
    Writer reply(Kind::File);
    reply.put(static_cast<std::uint64_t>(size));
    const std::size_t at = reply.bytes.size();
    reply.bytes.resize(at + static_cast<std::size_t>(size));
    must(H5Fget_file_image(file, reply.bytes.data() + at, static_cast<std::size_t>(size)) == size,
         {});
    return std::move(reply).finish();
}

} // namespace lb::hdf5
