#include "core/interop/predictor.h"

#include "core/kernels/resize.h"
#include "core/tensor/dispatch.h"
#include "core/training/plan.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace lb {
namespace {

constexpr std::int64_t kRowsAtOnce = 32;

/// Whether every number is one of the dtype's: no fraction, nothing beyond its ends.
bool fits(const Tensor& tensor, DType dtype)
{
    if (tensor.dtype() == dtype)
        return true;
    if (tensor.dtype() == DType::String || dtype == DType::String)
        return false;
    if (isFloating(dtype))
        return true;
    return dispatch(dtype, [&]<typename To>(To) {
        using Limits = std::numeric_limits<To>;
        return dispatch(tensor.dtype(), [&]<typename From>(From) {
            return std::ranges::all_of(tensor.values<From>(), [](From x) {
                const auto value = static_cast<double>(x);
                return value == std::floor(value) && value >= static_cast<double>(Limits::lowest())
                    && value <= static_cast<double>(Limits::max());
            });
        });
    });
}

Tensor grey(const Tensor& picture)
{
    const auto x = picture.values<std::uint8_t>();
    return Tensor::make<std::uint8_t>({picture.shape()[0], picture.shape()[1], 1}, [&](auto out) {
        for (std::size_t i = 0; i < out.size(); ++i) // ITU-R 601, as Pillow's mode L
            out[i] = static_cast<std::uint8_t>(
                (x[3 * i] * 19595 + x[3 * i + 1] * 38470 + x[3 * i + 2] * 7471 + 0x8000) >> 16);
    });
}

Tensor resized(const Tensor& picture, std::int64_t height, std::int64_t width)
{
    const Shape& from = picture.shape();
    if (from[0] == height && from[1] == width)
        return picture;
    const auto pixels = picture.values<std::uint8_t>();
    const std::vector<float> x(pixels.begin(), pixels.end());
    std::vector<float> y(static_cast<std::size_t>(height * width * from[2]));
    const auto rows = kernels::tapsOf(kernels::Interpolation::Bilinear, true, from[0], height);
    const auto columns = kernels::tapsOf(kernels::Interpolation::Bilinear, true, from[1], width);
    kernels::resize(x.data(), from[1], from[2], rows, columns, y.data());
    return Tensor::make<std::uint8_t>({height, width, from[2]}, [&](auto out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::uint8_t>(std::clamp(std::nearbyint(y[i]), 0.0f, 255.0f));
    });
}

} // namespace

struct Plans {
    std::map<Shape, Plan> byShape;
    Plan* last = nullptr;
    std::shared_ptr<ParameterStore> store;
};

Predictor::Predictor() = default;
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor&&) noexcept = default;
Predictor::~Predictor() = default;

Result<Predictor> Predictor::make(PreparedModel model, const LayerRegistry& registry, bool traced)
{
    LB_TRY(flat, inferencePart(model.document, registry, model.inputs));
    LB_TRY(store, ParameterStore::initial(flat, 0));
    if (Result<> done = store.restore(model.weights); !done.ok())
        return std::move(done.error());
    Predictor result;
    result.m_output = flat.graph.nodes[flat.graph.outputs.front()].spec;
    result.m_model = std::move(model);
    result.m_registry = &registry;
    result.m_traced = traced;
    result.m_plans = std::make_unique<Plans>();
    result.m_plans->store = std::make_shared<ParameterStore>(std::move(store));
    return result;
}

Result<Tensor> Predictor::predict(const Tensor& rows)
{
    return predict(std::span<const Tensor>(&rows, 1));
}

Result<> Predictor::checkRows(std::span<const Tensor> rows) const
{
    if (rows.size() != inputs().size())
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "the model takes %1 inputs, got %2"),
                      {std::ssize(inputs()), std::ssize(rows)}}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& [name, spec] = inputs()[i];
        if (!matches(spec.shape, rows[i].shape())
            || rows[i].shape().front() != rows.front().shape().front())
            return wrongShape(spec, rows[i].shape());
        if (!fits(rows[i], spec.dtype))
            return Error{
                ErrorCode::BadParameter,
                inputs().size() > 1 ? name : "",
                {LB_TR("Error", "the model takes raw %1, and the array holds values that are none; "
                                "give data as they are, neither scaled nor normalised"),
                 {std::string(nameOf(spec.dtype))}}};
    }
    if (rows.front().shape().front() == 0)
        return wrongShape(input(), rows.front().shape());
    return std::monostate{};
}

Result<Plan*> Predictor::planFor(std::span<const Tensor> rows)
{
    auto& plans = m_plans->byShape;
    const Shape key = rows.front().shape(); // cells of tables differ in the number of rows only
    const auto found = plans.find(key);
    if (found != plans.end())
        return &found->second;
    std::vector<Column> columns = inputs();
    for (std::size_t i = 0; i < rows.size(); ++i)
        columns[i].spec.shape = rows[i].shape();
    LB_TRY(flat, inferencePart(m_model.document, *m_registry, columns));
    PlanOptions options;
    for (const CallOrigin& call : flat.calls)
        if (m_traced)
            options.keep.insert(options.keep.end(), call.outputs.begin(), call.outputs.end());
    LB_TRY(plan, Plan::make(std::move(flat), m_plans->store, options));
    return &plans.emplace(key, std::move(plan)).first->second;
}

Result<Tensor> Predictor::predict(std::span<const Tensor> rows)
{
    if (Result<> good = checkRows(rows); !good.ok())
        return std::move(good.error());
    std::vector<Tensor> parts;
    const std::int64_t count = rows.front().shape().front();
    for (std::int64_t from = 0; from < count; from += kRowsAtOnce) {
        std::vector<Tensor> part;
        for (const Tensor& all : rows)
            part.push_back(rowsBetween(all, from, std::min(count, from + kRowsAtOnce)));
        LB_TRY(plan, planFor(part));
        const std::vector<std::size_t>& given = plan->model().given;
        for (std::size_t i = 0; i < given.size(); ++i)
            if (Result<> set = plan->setInput(i, part[given[i]]); !set.ok())
                return std::move(set.error());
        if (Result<> ran = plan->run({}); !ran.ok())
            return std::move(ran.error());
        m_plans->last = plan;
        parts.push_back(plan->value(plan->model().graph.outputs.front()));
    }
    return stacked(parts);
}

std::vector<Predictor::CallOutput> Predictor::callOutputs() const
{
    std::vector<CallOutput> result;
    if (!m_plans->last || !m_traced)
        return result;
    for (const CallOrigin& call : m_plans->last->model().calls)
        if (!call.outputs.empty())
            result.push_back({call.layer, call.name, m_plans->last->value(call.outputs.front())});
    return result;
}

Result<Tensor> Predictor::rowOf(const Tensor& picture) const
{
    if (m_model.checkpoint)
        return Error{ErrorCode::Unsupported, "",
                     LB_TR("Error", "the model is a checkpoint of training and takes what the input "
                                    "pipeline makes of pictures; export the project, or predict "
                                    "with the project and give the checkpoint as its weights")};
    const Shape& wanted = input().shape;
    const bool takes = wanted.size() == 4 && (wanted[3] == 3 || wanted[3] == 1);
    if (!takes)
        return Error{ErrorCode::BadShape,
                     "",
                     {LB_TR("Error", "the model takes %1, which is no picture; give a .npy file"),
                      {text(input())}}};
    Tensor row = wanted[3] == 1 ? grey(picture) : picture;
    row = resized(row, wanted[1] == kUnknown ? row.shape()[0] : wanted[1],
                  wanted[2] == kUnknown ? row.shape()[1] : wanted[2]);
    Shape shape = row.shape();
    shape.insert(shape.begin(), 1);
    return row.reshaped(std::move(shape));
}

bool matches(const Shape& wanted, std::span<const std::int64_t> shape)
{
    return std::ranges::equal(wanted, shape,
                              [](std::int64_t a, std::int64_t b) { return a == kUnknown || a == b; });
}

Error wrongShape(const Spec& input, const Shape& shape)
{
    return {ErrorCode::BadShape,
            "",
            {LB_TR("Error", "the model takes %1, got an array of shape %2"),
             {text(input), text(shape)}}};
}

Result<Tensor> stacked(std::span<const Tensor> rows)
{
    if (rows.size() == 1)
        return rows.front();
    const Tensor& first = rows.front();
    Shape shape = first.shape();
    shape.front() = 0;
    for (const Tensor& one : rows) {
        if (one.dtype() != first.dtype() || one.shape().size() != shape.size()
            || !std::equal(shape.begin() + 1, shape.end(), one.shape().begin() + 1))
            return Error{ErrorCode::BadShape,
                         "",
                         {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                          {text(first.shape()), text(one.shape())}}};
        shape.front() += one.shape().front();
    }
    return dispatchAny(first.dtype(), [&]<typename Number>(const Number&) -> Result<Tensor> {
        return Tensor::make<Number>(shape, [&](std::span<Number> out) {
            auto at = out.begin();
            for (const Tensor& one : rows)
                at = std::ranges::copy(one.values<Number>(), at).out;
        });
    });
}

Tensor rowsBetween(const Tensor& rows, std::int64_t from, std::int64_t to)
{
    Shape shape = rows.shape();
    if (from == 0 && to == shape.front())
        return rows;
    const std::size_t width
        = static_cast<std::size_t>(elementCount(std::span(shape).subspan(1)));
    shape.front() = to - from;
    return dispatchAny(rows.dtype(), [&]<typename Number>(const Number&) {
        return Tensor::make<Number>(shape, [&](std::span<Number> out) {
            std::ranges::copy(rows.values<Number>().subspan(static_cast<std::size_t>(from) * width,
                                                            out.size()),
                              out.begin());
        });
    });
}

double largestDifference(const Tensor& a, const Tensor& b)
{
    constexpr double kNever = std::numeric_limits<double>::infinity();
    if (a.shape() != b.shape())
        return kNever;
    if (a.dtype() == DType::String || b.dtype() == DType::String)
        return a == b ? 0 : kNever;
    double most = 0;
    dispatch(a.dtype(), [&]<typename A>(A) {
        dispatch(b.dtype(), [&]<typename B>(B) {
            const auto x = a.values<A>();
            const auto y = b.values<B>();
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double difference
                    = std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i]));
                most = difference <= most ? most : std::isfinite(difference) ? difference : kNever;
            }
        });
    });
    return most;
}

} // namespace lb
