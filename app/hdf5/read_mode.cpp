#include "app/hdf5/handle.h"
#include "app/hdf5/modes.h"

#include <memory>
#include <optional>
#include <vector>

namespace lb::hdf5 {
namespace {

using Dims = std::vector<std::uint64_t>;

struct Wanted {
    std::string path;
    std::string dataset; ///< of the only one; empty: "0", "1"..
    bool optional = false;
    std::vector<Dims> shapes;
};

[[noreturn]] void refuse(Refusal reason, const std::string& where, std::string found = {})
{
    throw Refused{reason, where, std::move(found)};
}

std::vector<Wanted> wantedOf(Reader& request)
{
    std::vector<Wanted> wanted;
    for (auto groups = request.take<std::uint32_t>(); groups > 0 && request.good(); --groups) {
        Wanted group;
        group.path = request.text();
        group.dataset = request.text();
        group.optional = request.take<std::uint8_t>() != 0;
        for (auto left = request.take<std::uint32_t>(); left > 0 && request.good(); --left) {
            Dims shape(request.take<std::uint8_t>());
            for (std::uint64_t& size : shape)
                size = static_cast<std::uint64_t>(request.take<std::int64_t>());
            group.shapes.push_back(std::move(shape));
        }
        wanted.push_back(std::move(group));
    }
    return wanted;
}

std::string textOf(const std::vector<hsize_t>& shape)
{
    std::string text = "[";
    for (const hsize_t size : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    return text + "]";
}

/// Whether `name` is there, by a hard link: others lead to where we do not go.
bool isThere(hid_t parent, const std::string& name, const std::string& where)
{
    const htri_t exists = H5Lexists(parent, name.c_str(), H5P_DEFAULT);
    if (exists < 0)
        refuse(Refusal::Broken, where);
    if (exists == 0)
        return false;
    H5L_info_t info;
    if (H5Lget_info(parent, name.c_str(), &info, H5P_DEFAULT) < 0)
        refuse(Refusal::Broken, where);
    if (info.type != H5L_TYPE_HARD)
        refuse(Refusal::Link, where);
    return true;
}

H5O_type_t typeOf(hid_t parent, const std::string& name, const std::string& where)
{
    H5O_info_t info;
    if (H5Oget_info_by_name2(parent, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        refuse(Refusal::Broken, where);
    return info.type;
}

/// Walks to a group one name at a time; nothing if it is not there.
std::optional<hid_t> groupAt(hid_t file, const std::string& path)
{
    hid_t at = H5Gopen2(file, "/", H5P_DEFAULT);
    if (at < 0)
        refuse(Refusal::Broken, "/");
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string name = path.substr(begin, end - begin);
        const std::string where = path.substr(0, end);
        const OwnGroup parent(at);
        if (!isThere(parent, name, where))
            return {};
        if (typeOf(parent, name, where) != H5O_TYPE_GROUP)
            refuse(Refusal::NotAGroup, where);
        at = H5Gopen2(parent, name.c_str(), H5P_DEFAULT);
        if (at < 0)
            refuse(Refusal::Broken, where);
        begin = end + 1;
    }
    return at;
}

/// What a dataset's elements become, and as what the library is to hand them out.
struct ElementType {
    Element element;
    hid_t memory;
};

ElementType elementType(hid_t dataset, const std::string& where)
{
    const OwnType type(H5Dget_type(dataset));
    const auto is = [&type](hid_t standard) { return H5Tequal(type, standard) > 0; };
    if (is(H5T_IEEE_F32LE))
        return {Element::Float32, H5T_NATIVE_FLOAT};
    if (is(H5T_IEEE_F64LE))
        return {Element::Float64, H5T_NATIVE_DOUBLE};
    if (is(H5T_STD_I32LE))
        return {Element::Int32, H5T_NATIVE_INT32};
    if (is(H5T_STD_I64LE))
        return {Element::Int64, H5T_NATIVE_INT64};
    if (is(H5T_STD_U32LE)) // seeds; they fit a wider one
        return {Element::Int64, H5T_NATIVE_INT64};
    if (is(H5T_STD_U8LE))
        return {Element::UInt8, H5T_NATIVE_UINT8};
    const OwnType half(H5Tcopy(H5T_IEEE_F32LE)); // IEEE 754 binary16, which 1.10 has no name for
    H5Tset_fields(half, 15, 10, 5, 0, 10);
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    if (is(half))
        return {Element::Float32, H5T_NATIVE_FLOAT};
    refuse(Refusal::ElementType, where);
}

std::size_t sizeOf(Element element)
{
    switch (element) {
    case Element::Bool:
    case Element::UInt8:
        return 1;
    case Element::Int32:
    case Element::Float32:
        return 4;
    case Element::Int64:
    case Element::Float64:
        break;
    }
    return 8;
}

void checkShape(hid_t dataset, const Dims& wanted, const std::string& where)
{
    const OwnSpace space(H5Dget_space(dataset));
    const int rank = space.ok() ? H5Sget_simple_extent_ndims(space) : -1;
    const H5S_class_t kind = H5Sget_simple_extent_type(space);
    if (rank < 0 || rank > H5S_MAX_RANK || (kind != H5S_SIMPLE && kind != H5S_SCALAR))
        refuse(Refusal::Broken, where);
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    if (rank > 0 && H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0)
        refuse(Refusal::Broken, where);
    if (!std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end()))
        refuse(Refusal::Shape, where, textOf(shape));
}

void checkFilters(hid_t list, const std::string& where)
{
    const int filters = H5Pget_nfilters(list);
    if (filters < 0)
        refuse(Refusal::Broken, where);
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0, config = 0;
        std::size_t values = 0;
        if (H5Pget_filter2(list, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr,
                           &config)
            != H5Z_FILTER_DEFLATE)
            refuse(Refusal::Filter, where);
    }
}

/// No chunk is much larger than the dataset, and none lacks: it would read as a fill value.
void checkChunks(hid_t dataset, hid_t list, const Dims& shape, std::uint64_t count,
                 const std::string& where)
{
    hsize_t sizes[H5S_MAX_RANK]{};
    const auto rank = static_cast<std::size_t>(H5Pget_chunk(list, H5S_MAX_RANK, sizes));
    if (rank != shape.size())
        refuse(Refusal::Broken, where);
    constexpr std::uint64_t kSpare = 1u << 20;
    std::uint64_t chunk = 1, chunks = 1;
    for (std::size_t i = 0; i < rank; ++i) {
        if (sizes[i] == 0 || (chunk *= sizes[i]) > 2 * count + kSpare)
            refuse(Refusal::Storage, where);
        chunks *= (shape[i] + sizes[i] - 1) / sizes[i];
    }
    hsize_t stored = 0;
    const OwnSpace space(H5Dget_space(dataset));
    if (H5Dget_num_chunks(dataset, space, &stored) < 0)
        refuse(Refusal::Broken, where);
    if (stored != chunks)
        refuse(Refusal::Storage, where);
}

/// Everything is in the file, whole, and as large as the shape says.
void checkStorage(hid_t dataset, const Dims& shape, std::uint64_t count, const std::string& where)
{
    const OwnProperties list(H5Dget_create_plist(dataset));
    const H5D_layout_t layout = list.ok() ? H5Pget_layout(list) : H5D_LAYOUT_ERROR;
    if (layout == H5D_LAYOUT_ERROR)
        refuse(Refusal::Broken, where);
    if (layout == H5D_VIRTUAL || (layout == H5D_CONTIGUOUS && H5Pget_external_count(list) != 0))
        refuse(Refusal::Storage, where);
    checkFilters(list, where);
    if (count == 0)
        return;
    if (layout == H5D_CHUNKED)
        return checkChunks(dataset, list, shape, count, where);
    const OwnType type(H5Dget_type(dataset));
    if (H5Dget_storage_size(dataset) != count * H5Tget_size(type))
        refuse(Refusal::Storage, where);
}

void readDataset(hid_t group, const std::string& name, const Dims& wanted,
                 const std::string& where, Writer& reply)
{
    if (!isThere(group, name, where))
        refuse(Refusal::Missing, where);
    if (typeOf(group, name, where) != H5O_TYPE_DATASET)
        refuse(Refusal::NotADataset, where);
    const OwnDataset dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT));
    if (!dataset.ok())
        refuse(Refusal::Broken, where);
    checkShape(dataset, wanted, where);
    const ElementType type = elementType(dataset, where);
    std::uint64_t count = 1;
    for (const std::uint64_t size : wanted)
        count *= size; // core has checked that it fits
    checkStorage(dataset, wanted, count, where);
    reply.put(type.element);
    const std::size_t at = reply.bytes.size();
    reply.bytes.resize(at + count * sizeOf(type.element));
    if (count > 0
        && H5Dread(dataset, type.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, reply.bytes.data() + at)
            < 0)
        refuse(Refusal::Broken, where);
}

void readGroup(hid_t file, const Wanted& wanted, Writer& reply)
{
    const auto found = groupAt(file, wanted.path);
    if (!found && !wanted.optional)
        refuse(Refusal::Missing, wanted.path);
    std::uint64_t members = 0;
    const OwnGroup group(found.value_or(H5I_INVALID_HID));
    if (found) {
        H5G_info_t info;
        if (H5Gget_info(group, &info) < 0)
            refuse(Refusal::Broken, wanted.path);
        members = info.nlinks;
        if (members != wanted.shapes.size() && !wanted.optional)
            refuse(Refusal::Count, wanted.path, std::to_string(members));
    }
    const bool there = found && members == wanted.shapes.size();
    reply.put(static_cast<std::uint8_t>(there));
    for (std::size_t i = 0; there && i < wanted.shapes.size(); ++i) {
        const std::string name = wanted.dataset.empty() ? std::to_string(i) : wanted.dataset;
        readDataset(group, name, wanted.shapes[i], wanted.path + "/" + name, reply);
    }
}

} // namespace

std::string readMode(Reader& request)
{
    const std::vector<Wanted> wanted = wantedOf(request);
    const std::string_view image = request.raw(request.take<std::uint64_t>());
    if (!request.end())
        refuse(Refusal::Request, {});
    const OwnProperties access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_fapl_core(access, 1u << 20, false);
    // The library only reads from it; the signature lacks the const.
    H5Pset_file_image(access, const_cast<char*>(image.data()), image.size());
    const OwnFile file(H5Fopen("model.weights.h5", H5F_ACC_RDONLY, access));
    if (!file.ok())
        refuse(Refusal::NotHdf5, {});
    Writer reply(Kind::Tensors);
    for (const Wanted& group : wanted)
        readGroup(file, group, reply);
    return std::move(reply).finish();
}

} // namespace lb::hdf5
