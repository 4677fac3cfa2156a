#include "core/interop/hdf5/hdf5_file.h"

#include "core/interop/hdf5/hdf5_stream.h"
#include "core/support/process.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace lb {
namespace {

using namespace hdf5;

Error refusalOf(Refusal refusal, std::string where, std::string found)
{
    const auto bad = [&](ErrorCode code, Text text, std::vector<Arg> args = {}) {
        return Error{code, std::move(where), {text, std::move(args)}};
    };
    switch (refusal) {
    case Refusal::NotHdf5:
        return bad(ErrorCode::BadFile, LB_TR("Error", "is not a whole HDF5 file"));
    case Refusal::Missing:
        return bad(ErrorCode::BadFile, LB_TR("Error", "is not in the file"));
    case Refusal::Link:
        return bad(ErrorCode::BadFile,
                   LB_TR("Error", "is a link to somewhere else, which is not followed"));
    case Refusal::NotAGroup:
        return bad(ErrorCode::BadFile, LB_TR("Error", "must be a group"));
    case Refusal::NotADataset:
        return bad(ErrorCode::BadFile, LB_TR("Error", "must be a dataset"));
    case Refusal::Count:
        return bad(ErrorCode::BadFile,
                   LB_TR("Error", "holds another number of weights than the layer has: %1"),
                   {found});
    case Refusal::Shape:
        return bad(ErrorCode::BadFile,
                   LB_TR("Error", "has another shape than the layer's weight: %1"), {found});
    case Refusal::ElementType:
        return bad(ErrorCode::Unsupported, LB_TR("Error", "has a type that is not read here"));
    case Refusal::Storage:
        return bad(ErrorCode::BadFile,
                   LB_TR("Error", "is not stored whole in the file itself, and is not read"));
    case Refusal::Filter:
        return bad(ErrorCode::Unsupported,
                   LB_TR("Error", "is packed with a filter other than deflate"));
    case Refusal::Broken:
        return bad(ErrorCode::BadFile, LB_TR("Error", "is damaged and cannot be read"));
    case Refusal::Request:
        break;
    }
    return bad(ErrorCode::Internal, LB_TR("Error", "the HDF5 program did not understand"));
}

/// Runs the helper and checks the frame of its answer.
Result<std::string> asked(std::string_view mode, std::string request, std::size_t mostReply)
{
    LB_TRY(program, siblingProgram(kHdf5Program));
    LB_TRY(outcome, runProgram({program.string(), std::string(mode), std::to_string(mostReply)},
                               request, mostReply));
    Reader reply(outcome.output);
    const Kind kind = reply.kind();
    if (outcome.exitCode == 0 && reply.good() && kind == Kind::Refused) {
        const auto refusal = reply.take<Refusal>();
        std::string where(reply.text());
        std::string found(reply.text());
        if (reply.end())
            return refusalOf(refusal, std::move(where), std::move(found));
    }
    const Kind expected = mode == "read" ? Kind::Tensors : Kind::File;
    if (outcome.exitCode != 0 || !reply.good() || kind != expected)
        return Error{ErrorCode::BadFile,
                     "",
                     {LB_TR("Error", "the file cannot be read: the program that reads it ended "
                                     "without an answer (%1)"),
                      {std::int64_t{outcome.exitCode}}}};
    return std::move(outcome.output);
}

/// The elements that files are read and written in, in Element's order.
constexpr std::array kTypes{DType::Bool,  DType::UInt8,   DType::Int32,
                            DType::Int64, DType::Float32, DType::Float64};

Element elementOf(DType dtype)
{
    const auto found = std::ranges::find(kTypes, dtype);
    assert(found != kTypes.end());
    return static_cast<Element>(found - kTypes.begin());
}

/// Bytes that the wanted datasets take at most, or nothing if that is too much.
Result<std::size_t> wantedBytes(const std::vector<Hdf5Wanted>& wanted, const Limits& limits)
{
    std::size_t sum = 0, objects = 0;
    for (const Hdf5Wanted& group : wanted) {
        objects += 1 + group.shapes.size();
        if (objects > limits.hdf5Objects)
            return Error{ErrorCode::TooLarge, group.path,
                         LB_TR("Error", "there are more weights than are read")};
        for (const Shape& shape : group.shapes) {
            std::size_t bytes = sizeof(double);
            for (const std::int64_t size : shape) {
                if (size < 0)
                    return Error{ErrorCode::Internal, group.path,
                                 LB_TR("Error", "its shape is not known")};
                if (size > 0 && bytes > limits.tensorBytes / static_cast<std::size_t>(size))
                    return Error{ErrorCode::TooLarge,
                                 group.path,
                                 {LB_TR("Error", "a weight of shape %1 needs too much memory"),
                                  {text(shape)}}};
                bytes *= static_cast<std::size_t>(size);
            }
            sum += bytes;
            if (sum > limits.tensorBytes)
                return Error{ErrorCode::TooLarge, group.path,
                             LB_TR("Error", "the weights together need too much memory")};
        }
    }
    return sum;
}

std::string readRequest(std::string_view bytes, const std::vector<Hdf5Wanted>& wanted)
{
    Writer request(Kind::Read);
    request.put(static_cast<std::uint32_t>(wanted.size()));
    for (const Hdf5Wanted& group : wanted) {
        request.text(group.path);
        request.text(group.dataset);
        request.put(static_cast<std::uint8_t>(group.optional));
        request.put(static_cast<std::uint32_t>(group.shapes.size()));
        for (const Shape& shape : group.shapes) {
            request.put(static_cast<std::uint8_t>(shape.size()));
            for (const std::int64_t size : shape)
                request.put(size);
        }
    }
    request.put(static_cast<std::uint64_t>(bytes.size()));
    request.bytes.append(bytes);
    return std::move(request).finish();
}

} // namespace

Result<std::string> encodeHdf5(const std::vector<Hdf5Group>& groups)
{
    Writer request(Kind::Write);
    request.put(static_cast<std::uint32_t>(groups.size()));
    for (const Hdf5Group& group : groups) {
        request.text(group.path);
        request.text(group.name);
        request.text(group.dataset);
        request.put(static_cast<std::uint32_t>(group.tensors.size()));
        for (const Tensor& tensor : group.tensors) {
            if (tensor.dtype() == DType::String)
                return Error{ErrorCode::Unsupported, group.path,
                             LB_TR("Error", "strings are not written as weights")};
            request.put(elementOf(tensor.dtype()));
            request.put(static_cast<std::uint8_t>(tensor.shape().size()));
            for (const std::int64_t size : tensor.shape())
                request.put(size);
            const auto raw = tensor.bytes();
            request.bytes.append(reinterpret_cast<const char*>(raw.data()), raw.size());
        }
    }
    constexpr std::size_t kStructure = 64u << 20; // of the file, besides the numbers
    const std::size_t most = kStructure + 2 * request.bytes.size();
    LB_TRY(answer, asked("write", std::move(request).finish(), most));
    Reader reply(answer);
    static_cast<void>(reply.kind());
    const std::string_view file = reply.raw(reply.take<std::uint64_t>());
    if (!reply.end())
        return Error{ErrorCode::Internal, std::string(kHdf5Program),
                     LB_TR("Error", "its answer is cut off")};
    return std::string(file);
}

Result<std::vector<std::vector<Tensor>>> decodeHdf5(std::string_view bytes,
                                                    const std::vector<Hdf5Wanted>& wanted,
                                                    const Limits& limits)
{
    LB_TRY(most, wantedBytes(wanted, limits));
    LB_TRY(answer, asked("read", readRequest(bytes, wanted), most + (1u << 20) + 64 * wanted.size()));
    Reader reply(answer);
    static_cast<void>(reply.kind());
    std::vector<std::vector<Tensor>> result;
    for (const Hdf5Wanted& group : wanted) {
        result.emplace_back();
        if (reply.take<std::uint8_t>() == 0)
            continue;
        for (const Shape& shape : group.shapes) {
            const auto element = reply.take<Element>();
            if (!reply.good() || element > Element::Float64)
                break;
            const DType dtype = kTypes.at(static_cast<std::size_t>(element));
            const auto count = static_cast<std::size_t>(elementCount(shape))
                * static_cast<std::size_t>(sizeOf(dtype));
            const std::string_view raw = reply.raw(count);
            if (!reply.good())
                break;
            result.back().push_back(
                Tensor::makeRaw(dtype, shape, [raw](std::span<std::byte> out) {
                    std::memcpy(out.data(), raw.data(), raw.size());
                }));
        }
    }
    if (!reply.end())
        return Error{ErrorCode::BadFile, "",
                     LB_TR("Error", "the answer of the program that reads HDF5 is cut off")};
    return result;
}

} // namespace lb
