#include "core/interop/onnx/onnx_runtime.h"

#include "core/interop/onnx/onnx_node.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <memory>

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
    kCreateTensorWithData = 49,
    kGetTensorMutableData = 51,
    kGetTensorElementType = 60,
    kGetDimensionsCount = 61,
    kGetDimensions = 62,
    kGetTensorTypeAndShape = 65,
    kCreateCpuMemoryInfo = 69,
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

Result<Tensor> OnnxRuntime::run(const std::filesystem::path& model, const std::string& input,
                                const Tensor& rows, const std::string& output) const
{
    const Api api(m_api);
    Owned environment(api, kReleaseEnv);
    Owned options(api, kReleaseSessionOptions);
    Owned session(api, kReleaseSession);
    Owned memory(api, kReleaseMemoryInfo);
    Owned fed(api, kReleaseValue);
    Owned answer(api, kReleaseValue);
    const char* const name = input.c_str();
    const char* const wanted = output.c_str();
    const auto bytes = rows.bytes();
    // The runtime does not write to inputs; its signature only lacks the const.
    void* const data = const_cast<std::byte*>(bytes.data());
    const auto type = static_cast<int>(onnxType(rows.dtype()));
    LB_TRY(started, api.call(kCreateEnv, kQuiet, "layerbench", &environment.object));
    LB_TRY(prepared, api.call(kCreateSessionOptions, &options.object));
    LB_TRY(threaded, api.call(kSetIntraOpNumThreads, options.object, 1));
    LB_TRY(loaded, api.call(kCreateSession, static_cast<const void*>(environment.object),
                            model.c_str(), static_cast<const void*>(options.object),
                            &session.object));
    LB_TRY(placed,
           api.call(kCreateCpuMemoryInfo, kArenaAllocator, kDefaultMemory, &memory.object));
    LB_TRY(given, api.call(kCreateTensorWithData, static_cast<const void*>(memory.object), data,
                           bytes.size(), rows.shape().data(), rows.shape().size(), type,
                           &fed.object));
    const void* const value = fed.object;
    LB_TRY(ran, api.call(kRun, session.object, static_cast<const void*>(nullptr), &name, &value,
                         std::size_t{1}, &wanted, std::size_t{1}, &answer.object));
    static_cast<void>(std::tie(started, prepared, threaded, loaded, placed, given, ran));
    return read(api, answer.object);
}

} // namespace lb
