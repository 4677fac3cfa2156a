#include "core/interop/onnx/onnx_node.h"
#include "core/ops/ops.h"

#include <cmath>
#include <limits>

namespace lb {
namespace {

/// y = the rows of a table that ids name; an id out of range gives NaN, which training reports.
/// Rows that are named several times add up in the gradient.
/// Shapes: table [rows, width], ids any, y [ids..., width]. Source: Keras `ops.take`.
struct Gather {
    static constexpr std::string_view kName = "gather";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& table = query.in[0];
        if (table.shape.size() != 2)
            return Error{
                ErrorCode::BadShape,
                std::string(kName),
                {LB_TR("Error", "takes rows of a table, the shape is %1"), {text(table.shape)}}};
        Shape shape = query.in[1].shape;
        shape.push_back(table.shape[1]);
        return Spec{table.dtype, std::move(shape), table.range};
    }
    static Result<> onnx(OnnxNode& node)
    {
        node.result(node.add("Gather", {node.input(0), node.inputAs(1, DType::Int64)}));
        return std::monostate{};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        each(run, [&](std::size_t to, std::size_t from, std::size_t width, bool known) {
            for (std::size_t k = 0; k < width; ++k)
                run.y[to + k] = known ? run.in[0].value[from + k]
                                      : std::numeric_limits<T>::quiet_NaN();
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        if (run.in[0].gradient.empty())
            return;
        each(run, [&](std::size_t to, std::size_t from, std::size_t width, bool known) {
            for (std::size_t k = 0; known && k < width; ++k)
                run.in[0].gradient[from + k] += run.dy[to + k];
        });
    }

private:
    /// Runs visit(offset in y, offset in the table, width, whether the table has that row).
    template <typename T, typename Visit> static void each(const OpRun<T>& run, Visit&& visit)
    {
        const auto rows = static_cast<T>(run.in[0].shape[0]);
        const auto width = static_cast<std::size_t>(run.in[0].shape[1]);
        const auto ids = run.in[1].value;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const T id = std::trunc(ids[i]);
            const bool known = id >= 0 && id < rows;
            visit(i * width, known ? static_cast<std::size_t>(id) * width : 0, width, known);
        }
    }
};

} // namespace

const Op& ops::gather()
{
    static constexpr Op op = opOf<Gather>();
    return op;
}

} // namespace lb
