#include "core/interop/onnx/onnx_runtime.h"

#include "core/interop/onnx/onnx_node.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <dlfcn.h>
#include <memory>
#include <tuple>
#include <vector>

namespace lb {
namespace {

/// The places of functions in ONNX Runtime's table, which only grows at its end.
/// Source: onnxruntime_c_api.h, `OrtApi`, version 17 (ONNX Runtime 1.17).
enum Place : std::size_t {
    kGetErrorMessage = 2,
    kCreateEnv = 3,
    kCreateSession = 7,
    kRun = 9,
    kCreateSessionOptions = 10,
    kSetIntraOpNumThreads = 24,
    kCreateTensor = 48,
    kCreateTensorWithData = 49,
    kGetTensorMutableData = 51,
    kFillStringTensor = 52,
    kGetTensorElementType = 60,
    kGetDimensionsCount = 61,
    kGetDimensions = 62,
    kGetTensorTypeAndShape = 65,
    kCreateCpuMemoryInfo = 69,
    kGetDefaultAllocator = 78,
    kReleaseEnv = 92,
    kReleaseStatus = 93,
    kReleaseMemoryInfo = 94,
    kReleaseSession = 95,
    kReleaseValue = 96,
    kReleaseTensorTypeAndShapeInfo = 99,
    kReleaseSessionOptions = 100,
};
constexpr std::uint32_t kApiVersion = 17;
constexpr int kQuiet = 3; // log errors only
constexpr int kArenaAllocator = 1, kDefaultMemory = 0;
constexpr std::int64_t kFloat = 1;

struct ApiBase {
    const void* (*getApi)(std::uint32_t version);
    const char* (*versionString)();
};

using Function = void (*)();

/// Functions by place. Every one but the releases returns a status: null is success.
class Api {
public:
    explicit Api(const void* table)
        : m_table(static_cast<const Function*>(table))
    {
    }
    template <typename... Args> Result<> call(Place place, Args... args) const
    {
        void* const status = reinterpret_cast<void* (*)(Args...)>(m_table[place])(args...);
        if (!status)
            return std::monostate{};
        const auto message
            = reinterpret_cast<const char* (*)(const void*)>(m_table[kGetErrorMessage]);
        Error error{ErrorCode::BadFile,
                    "",
                    {LB_TR("Error", "ONNX Runtime refuses it: %1"), {std::string(message(status))}}};
        release(kReleaseStatus, status);
        return error;
    }
    void release(Place place, void* object) const
    {
        reinterpret_cast<void (*)(void*)>(m_table[place])(object);
    }

private:
    const Function* m_table;
};

/// An object of the runtime's that is released at the end.
class Owned {
public:
    Owned(const Api& api, Place release)
        : m_api(api)
        , m_release(release)
    {
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned()
    {
        if (object)
            m_api.release(m_release, object);
    }
    void* object = nullptr;

private:
    const Api& m_api;
    Place m_release;
};

/// Numbers stay where they are: the runtime does not write to inputs; its signature only lacks the
/// const. Strings are copied into memory of its own.
Result<> feed(const Api& api, const void* memory, const Tensor& rows, Owned& into)
{
    const Shape& shape = rows.shape();
    const auto type = static_cast<int>(onnxType(rows.dtype()));
    if (rows.dtype() != DType::String) {
        const auto bytes = rows.bytes();
        void* const data = const_cast<std::byte*>(bytes.data());
        return api.call(kCreateTensorWithData, memory, data, bytes.size(), shape.data(),
                        shape.size(), type, &into.object);
    }
    void* allocator = nullptr; // the runtime's own, never released
    LB_TRY(found, api.call(kGetDefaultAllocator, &allocator));
    LB_TRY(made, api.call(kCreateTensor, allocator, shape.data(), shape.size(), type, &into.object));
    std::vector<const char*> texts;
    for (const std::string& text : rows.values<std::string>())
        texts.push_back(text.c_str());
    static_cast<void>(std::tie(found, made));
    return api.call(kFillStringTensor, into.object,
                    static_cast<const char* const*>(texts.data()), texts.size());
}

Result<Tensor> read(const Api& api, void* value)
{
    Owned info(api, kReleaseTensorTypeAndShapeInfo);
    int type = 0;
    std::size_t rank = 0;
    LB_TRY(asked, api.call(kGetTensorTypeAndShape, value, &info.object));
    LB_TRY(typed, api.call(kGetTensorElementType, info.object, &type));
    LB_TRY(counted, api.call(kGetDimensionsCount, info.object, &rank));
    Shape shape(rank);
    LB_TRY(measured, api.call(kGetDimensions, info.object, shape.data(), rank));
    void* data = nullptr;
    LB_TRY(found, api.call(kGetTensorMutableData, value, &data));
    static_cast<void>(std::tie(asked, typed, counted, measured, found));
    if (type != kFloat)
        return Error{ErrorCode::BadFile, "", LB_TR("Error", "its output is not float32")};
    return Tensor::make<float>(shape, [&](std::span<float> out) {
        std::memcpy(out.data(), data, out.size_bytes());
    });
}

} // namespace

const OnnxRuntime* OnnxRuntime::find()
{
    static const std::unique_ptr<const OnnxRuntime> found = [] {
        std::unique_ptr<OnnxRuntime> none;
        const char* named = std::getenv("LAYERBENCH_ONNXRUNTIME");
        void* library = nullptr;
        if (named)
            library = ::dlopen(named, RTLD_NOW | RTLD_LOCAL);
        else
            for (const char* name : {"libonnxruntime.so.1", "libonnxruntime.so"})
                library = library ? library : ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
        void* const entry = library ? ::dlsym(library, "OrtGetApiBase") : nullptr;
        if (!entry)
            return none;
        const auto* base = reinterpret_cast<const ApiBase* (*)()>(entry)();
        const void* api = base ? base->getApi(kApiVersion) : nullptr;
        if (!api)
            return none;
        std::unique_ptr<OnnxRuntime> runtime(new OnnxRuntime);
        runtime->m_api = api;
        runtime->m_version = base->versionString();
        return runtime;
    }();
    return found.get();
}

Result<Tensor> OnnxRuntime::run(const std::filesystem::path& model, std::span<const Input> inputs,
                                const std::string& output) const
{
    const Api api(m_api);
    Owned environment(api, kReleaseEnv);
    Owned options(api, kReleaseSessionOptions);
    Owned session(api, kReleaseSession);
    Owned memory(api, kReleaseMemoryInfo);
    std::deque<Owned> fed; // released at the end; they do not move
    Owned answer(api, kReleaseValue);
    const char* const wanted = output.c_str();
    LB_TRY(started, api.call(kCreateEnv, kQuiet, "layerbench", &environment.object));
    LB_TRY(prepared, api.call(kCreateSessionOptions, &options.object));
    LB_TRY(threaded, api.call(kSetIntraOpNumThreads, options.object, 1));
    LB_TRY(loaded, api.call(kCreateSession, static_cast<const void*>(environment.object),
                            model.c_str(), static_cast<const void*>(options.object),
                            &session.object));
    LB_TRY(placed,
           api.call(kCreateCpuMemoryInfo, kArenaAllocator, kDefaultMemory, &memory.object));
    std::vector<const char*> names;
    std::vector<const void*> values;
    for (const Input& input : inputs) {
        Owned& value = fed.emplace_back(api, kReleaseValue);
        if (Result<> given = feed(api, memory.object, input.rows, value); !given.ok())
            return std::move(given.error());
        names.push_back(input.name.c_str());
        values.push_back(value.object);
    }
    LB_TRY(ran, api.call(kRun, session.object, static_cast<const void*>(nullptr),
                         static_cast<const char* const*>(names.data()),
                         static_cast<const void* const*>(values.data()), values.size(), &wanted,
                         std::size_t{1}, &answer.object));
    static_cast<void>(std::tie(started, prepared, threaded, loaded, placed, ran));
    return read(api, answer.object);
}

} // namespace lb
