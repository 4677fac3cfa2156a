#include "core/onednn/adapter.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <omp.h>

#include <algorithm>
#include <cassert>

// The only file that knows oneDNN, and its 2.x interface (operation descriptors).

namespace lb::onednn {
namespace {

using dnnl::memory;
using dnnl::prop_kind;
using Tag = memory::format_tag;
using Dims = memory::dims;
constexpr auto kFloat = memory::data_type::f32;

const dnnl::engine& engine()
{
    static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
    return cpu;
}

dnnl::primitive_attr attributes(bool relu = false)
{
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (relu) {
        dnnl::post_ops after;
        after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
        attr.set_post_ops(after);
    }
    return attr;
}

/// One primitive with its arguments as the C interface takes them: nothing is built per run.
struct Stage {
    dnnl::primitive primitive;
    std::vector<dnnl_exec_arg_t> args;
    const std::uint64_t* version = nullptr; // runs only when it moved on
    std::uint64_t seen = 0;
};

struct State {
    dnnl::stream stream{engine()};
    std::vector<Stage> stages;
    std::vector<memory> memories;
};

void runStages(void* raw)
{
    auto& state = *static_cast<State*>(raw);
    for (Stage& stage : state.stages) {
        if (stage.version) {
            if (stage.seen == *stage.version)
                continue;
            stage.seen = *stage.version;
        }
        [[maybe_unused]] const dnnl_status_t done
            = dnnl_primitive_execute(stage.primitive.get(), state.stream.get(),
                                     static_cast<int>(stage.args.size()), stage.args.data());
        assert(done == dnnl_success); // an argument is missing, or it is our bug
    }
}

memory::desc plain(Dims dims, Tag tag)
{
    return {std::move(dims), kFloat, tag};
}

} // namespace

struct Scratch::Impl {
    std::vector<memory> waiting;
    std::size_t most = 0;
    memory block;
};

namespace {

using Arguments = std::vector<std::pair<int, memory>>;

/// Collects the stages of one Work.
class Builder {
public:
    explicit Builder(Scratch& scratch)
        : m_scratch(scratch.impl())
    {
    }

    memory at(const memory::desc& desc, const float* values)
    {
        // oneDNN's memory is not const; inputs are only read
        return keep({desc, engine(), const_cast<float*>(values)});
    }
    memory own(const memory::desc& desc) { return keep({desc, engine()}); }

    /// The values in the layout a primitive wants: a reorder before it where that differs.
    memory input(const memory::desc& have, const memory::desc& want, Weights from)
    {
        memory source = at(have, from.values);
        if (have == want)
            return source;
        memory copy = own(want);
        reorder(source, copy, from.version);
        return copy;
    }
    /// Where a primitive writes; finish() brings it into the layout `have` afterwards.
    memory output(const memory::desc& have, const memory::desc& want, float* to)
    {
        memory target = at(have, to);
        if (have == want)
            return target;
        memory copy = own(want);
        m_after.emplace_back(copy, target);
        return copy;
    }
    template <typename Desc>
    void add(const dnnl::primitive& primitive, const Desc& desc, Arguments args)
    {
        const memory::desc wanted = desc.scratchpad_desc();
        if (wanted.get_size() > 0) {
            const memory block = keep({wanted, engine(), nullptr});
            m_scratch.waiting.push_back(block);
            m_scratch.most = std::max(m_scratch.most, wanted.get_size());
            args.emplace_back(DNNL_ARG_SCRATCHPAD, block);
        }
        push(primitive, args, nullptr);
    }
    Work finish()
    {
        for (const auto& [from, to] : m_after)
            reorder(from, to, nullptr);
        return {runStages, m_state};
    }

private:
    memory keep(memory block)
    {
        m_state->memories.push_back(block);
        return block;
    }
    void reorder(memory from, memory to, const std::uint64_t* version)
    {
        const dnnl::reorder::primitive_desc desc(from, to, attributes());
        Arguments args{{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
        const memory::desc wanted = desc.scratchpad_desc();
        if (wanted.get_size() > 0)
            args.emplace_back(DNNL_ARG_SCRATCHPAD, own(wanted));
        push(dnnl::reorder(desc), args, version);
    }
    void push(const dnnl::primitive& primitive, const Arguments& args, const std::uint64_t* version)
    {
        Stage stage{primitive, {}, version, ~std::uint64_t{0}};
        for (const auto& [index, block] : args)
            stage.args.push_back({index, block.get()});
        m_state->stages.push_back(std::move(stage));
    }

    Scratch::Impl& m_scratch;
    std::shared_ptr<State> m_state = std::make_shared<State>();
    std::vector<std::pair<memory, memory>> m_after;
};

/// oneDNN throws where it has no implementation; the caller falls back.
template <typename Make> auto prepared(Make&& make) -> decltype(make())
{
    try {
        return make();
    } catch (const dnnl::error&) {
        return {};
    }
}

struct WindowDescs {
    Dims strides, dilates, before, after;
    memory::desc x, y, kernel, kernelAny, bias;

    explicit WindowDescs(const Windows& at)
        : strides{at.strideHeight, at.strideWidth}
        , dilates{at.dilationHeight - 1, at.dilationWidth - 1}
        , before{at.padTop, at.padLeft}
        , after{at.padBottom, at.padRight}
        , x(plain({at.batch, at.channels, at.height, at.width}, Tag::nhwc))
        , y(plain({at.batch, at.outChannels, at.outHeight, at.outWidth}, Tag::nhwc))
        , bias(plain({at.outChannels}, Tag::a))
    {
        const std::int64_t in = at.channels / at.groups;
        const std::int64_t out = at.outChannels;
        const std::int64_t row = at.kernelWidth * in * out;
        if (at.groups == 1) {
            const Dims dims{out, in, at.kernelHeight, at.kernelWidth};
            kernel = {dims, kFloat, Dims{1, out, row, in * out}};
            kernelAny = plain(dims, Tag::any);
        } else {
            const Dims dims{at.groups, out / at.groups, in, at.kernelHeight, at.kernelWidth};
            kernel = {dims, kFloat, Dims{out / at.groups, 1, out, row, in * out}};
            kernelAny = plain(dims, Tag::any);
        }
    }
};

dnnl::convolution_forward::primitive_desc forwardDesc(const WindowDescs& d, bool bias, bool relu,
                                                      bool training)
{
    const auto kind = training ? prop_kind::forward_training : prop_kind::forward_inference;
    const auto algorithm = dnnl::algorithm::convolution_direct;
    using Desc = dnnl::convolution_forward::desc;
    const Desc desc = bias
        ? Desc(kind, algorithm, d.x, d.kernelAny, d.bias, d.y, d.strides, d.dilates, d.before,
               d.after)
        : Desc(kind, algorithm, d.x, d.kernelAny, d.y, d.strides, d.dilates, d.before, d.after);
    return {desc, attributes(relu), engine()};
}

} // namespace

void useThreads(int count)
{
    omp_set_num_threads(count);
}

Scratch::Scratch()
    : m_impl(std::make_unique<Impl>())
{
}
Scratch::~Scratch() = default;

void Scratch::allocate()
{
    if (m_impl->most == 0)
        return;
    m_impl->block = memory(
        memory::desc({static_cast<std::int64_t>(m_impl->most)}, memory::data_type::u8, Tag::a),
        engine());
    for (memory& block : m_impl->waiting)
        block.set_data_handle(m_impl->block.get_data_handle());
    m_impl->waiting.clear();
}

std::size_t Scratch::bytes() const
{
    return m_impl->most;
}

Work convolution(const Windows& at, const float* x, Weights kernel, const float* bias, float* y,
                 bool relu, bool training, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const WindowDescs d(at);
        const auto desc = forwardDesc(d, bias != nullptr, relu, training);
        Builder b(scratch);
        Arguments args{{DNNL_ARG_SRC, b.at(d.x, x)},
                       {DNNL_ARG_WEIGHTS, b.input(d.kernel, desc.weights_desc(), kernel)},
                       {DNNL_ARG_DST, b.at(d.y, y)}};
        if (bias)
            args.emplace_back(DNNL_ARG_BIAS, b.at(d.bias, bias));
        b.add(dnnl::convolution_forward(desc), desc, std::move(args));
        return b.finish();
    });
}

Work convolutionInputGradient(const Windows& at, Weights kernel, const float* dy, float* dx,
                              Scratch& scratch)
{
    return prepared([&]() -> Work {
        const WindowDescs d(at);
        const dnnl::convolution_backward_data::primitive_desc desc(
            {dnnl::algorithm::convolution_direct, d.x, d.kernelAny, d.y, d.strides, d.dilates,
             d.before, d.after},
            attributes(), engine(), forwardDesc(d, false, false, true));
        Builder b(scratch);
        b.add(dnnl::convolution_backward_data(desc), desc,
              {{DNNL_ARG_DIFF_SRC, b.at(d.x, dx)},
               {DNNL_ARG_WEIGHTS, b.input(d.kernel, desc.weights_desc(), kernel)},
               {DNNL_ARG_DIFF_DST, b.at(d.y, dy)}});
        return b.finish();
    });
}

Work convolutionWeightGradient(const Windows& at, const float* x, const float* dy, float* dkernel,
                               float* dbias, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const WindowDescs d(at);
        using Desc = dnnl::convolution_backward_weights::desc;
        const auto algorithm = dnnl::algorithm::convolution_direct;
        const Desc op = dbias
            ? Desc(algorithm, d.x, d.kernelAny, d.bias, d.y, d.strides, d.dilates, d.before,
                   d.after)
            : Desc(algorithm, d.x, d.kernelAny, d.y, d.strides, d.dilates, d.before, d.after);
        const dnnl::convolution_backward_weights::primitive_desc desc(
            op, attributes(), engine(), forwardDesc(d, dbias != nullptr, false, true));
        Builder b(scratch);
        Arguments args{
            {DNNL_ARG_SRC, b.at(d.x, x)},
            {DNNL_ARG_DIFF_DST, b.at(d.y, dy)},
            {DNNL_ARG_DIFF_WEIGHTS, b.output(d.kernel, desc.diff_weights_desc(), dkernel)}};
        if (dbias)
            args.emplace_back(DNNL_ARG_DIFF_BIAS, b.at(d.bias, dbias));
        b.add(dnnl::convolution_backward_weights(desc), desc, std::move(args));
        return b.finish();
    });
}

Pooling pooling(Pool kind, const Windows& at, const float* x, float* y, const float* dy, float* dx,
                bool training, Scratch& scratch)
{
    return prepared([&]() -> Pooling {
        const WindowDescs d(at);
        const Dims kernel{at.kernelHeight, at.kernelWidth};
        const auto algorithm = kind == Pool::Max ? dnnl::algorithm::pooling_max
                                                 : dnnl::algorithm::pooling_avg_exclude_padding;
        const dnnl::pooling_forward::primitive_desc desc(
            {training ? prop_kind::forward_training : prop_kind::forward_inference, algorithm, d.x,
             d.y, d.strides, kernel, d.before, d.after},
            attributes(), engine());
        Builder forward(scratch);
        Arguments args{{DNNL_ARG_SRC, forward.at(d.x, x)}, {DNNL_ARG_DST, forward.at(d.y, y)}};
        memory where;
        if (desc.workspace_desc().get_size() > 0) {
            where = forward.own(desc.workspace_desc());
            args.emplace_back(DNNL_ARG_WORKSPACE, where);
        }
        forward.add(dnnl::pooling_forward(desc), desc, std::move(args));
        Pooling result{forward.finish(), {}};
        if (!training || !dx)
            return result;
        const dnnl::pooling_backward::primitive_desc back(
            {algorithm, d.x, d.y, d.strides, kernel, d.before, d.after}, attributes(), engine(),
            desc);
        Builder backward(scratch);
        Arguments backArgs{{DNNL_ARG_DIFF_SRC, backward.at(d.x, dx)},
                           {DNNL_ARG_DIFF_DST, backward.at(d.y, dy)}};
        if (where)
            backArgs.emplace_back(DNNL_ARG_WORKSPACE, where);
        backward.add(dnnl::pooling_backward(back), back, std::move(backArgs));
        result.backward = backward.finish();
        return result;
    });
}

namespace {

/// Small products read Keras' layout as it is; a large one pays for a reorder.
struct ProductDescs {
    memory::desc x, y, w, wAny, bias;

    explicit ProductDescs(const Product& at)
        : x(plain({at.rows, at.in}, Tag::ab))
        , y(plain({at.rows, at.out}, Tag::ab))
        , w(plain({at.out, at.in}, Tag::ba))
        , wAny(at.in * at.out < 65'536 ? w : plain({at.out, at.in}, Tag::any))
        , bias(plain({at.out}, Tag::a))
    {
    }
};

dnnl::inner_product_forward::primitive_desc productDesc(const ProductDescs& d, bool bias, bool relu,
                                                        bool training)
{
    const auto kind = training ? prop_kind::forward_training : prop_kind::forward_inference;
    using Desc = dnnl::inner_product_forward::desc;
    const Desc desc = bias ? Desc(kind, d.x, d.wAny, d.bias, d.y) : Desc(kind, d.x, d.wAny, d.y);
    return {desc, attributes(relu), engine()};
}

} // namespace

Work product(const Product& at, const float* x, Weights w, const float* bias, float* y, bool relu,
             bool training, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const ProductDescs d(at);
        const auto desc = productDesc(d, bias != nullptr, relu, training);
        Builder b(scratch);
        Arguments args{{DNNL_ARG_SRC, b.at(d.x, x)},
                       {DNNL_ARG_WEIGHTS, b.input(d.w, desc.weights_desc(), w)},
                       {DNNL_ARG_DST, b.at(d.y, y)}};
        if (bias)
            args.emplace_back(DNNL_ARG_BIAS, b.at(d.bias, bias));
        b.add(dnnl::inner_product_forward(desc), desc, std::move(args));
        return b.finish();
    });
}

Work productInputGradient(const Product& at, Weights w, const float* dy, float* dx,
                          Scratch& scratch)
{
    return prepared([&]() -> Work {
        const ProductDescs d(at);
        const dnnl::inner_product_backward_data::primitive_desc desc(
            {d.x, d.wAny, d.y}, attributes(), engine(), productDesc(d, false, false, true));
        Builder b(scratch);
        b.add(dnnl::inner_product_backward_data(desc), desc,
              {{DNNL_ARG_DIFF_SRC, b.at(d.x, dx)},
               {DNNL_ARG_WEIGHTS, b.input(d.w, desc.weights_desc(), w)},
               {DNNL_ARG_DIFF_DST, b.at(d.y, dy)}});
        return b.finish();
    });
}

Work productWeightGradient(const Product& at, const float* x, const float* dy, float* dw,
                           float* dbias, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const ProductDescs d(at);
        using Desc = dnnl::inner_product_backward_weights::desc;
        const Desc op = dbias ? Desc(d.x, d.wAny, d.bias, d.y) : Desc(d.x, d.wAny, d.y);
        const dnnl::inner_product_backward_weights::primitive_desc desc(
            op, attributes(), engine(), productDesc(d, dbias != nullptr, false, true));
        Builder b(scratch);
        Arguments args{{DNNL_ARG_SRC, b.at(d.x, x)},
                       {DNNL_ARG_DIFF_DST, b.at(d.y, dy)},
                       {DNNL_ARG_DIFF_WEIGHTS, b.output(d.w, desc.diff_weights_desc(), dw)}};
        if (dbias)
            args.emplace_back(DNNL_ARG_DIFF_BIAS, b.at(d.bias, dbias));
        b.add(dnnl::inner_product_backward_weights(desc), desc, std::move(args));
        return b.finish();
    });
}

namespace {

struct NormalizationDescs {
    memory::desc x, channel;

    // Rows become a height: oneDNN's fast code wants four axes, channels last.
    explicit NormalizationDescs(const Normalization& at)
        : x(plain({1, at.channels, at.rows, 1}, Tag::nhwc))
        , channel(plain({at.channels}, Tag::a))
    {
    }
};

const auto kScaleShift
    = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;

} // namespace

Work normalizationTraining(const Normalization& at, const float* x, const float* gamma,
                           const float* beta, float* y, float* mean, float* variance,
                           Scratch& scratch)
{
    return prepared([&]() -> Work {
        const NormalizationDescs d(at);
        const dnnl::batch_normalization_forward::primitive_desc desc(
            {prop_kind::forward_training, d.x, at.epsilon, kScaleShift}, attributes(), engine());
        Builder b(scratch);
        b.add(dnnl::batch_normalization_forward(desc), desc,
              {{DNNL_ARG_SRC, b.at(d.x, x)},
               {DNNL_ARG_DST, b.at(d.x, y)},
               {DNNL_ARG_MEAN, b.at(d.channel, mean)},
               {DNNL_ARG_VARIANCE, b.at(d.channel, variance)},
               {DNNL_ARG_SCALE, b.at(d.channel, gamma)},
               {DNNL_ARG_SHIFT, b.at(d.channel, beta)}});
        return b.finish();
    });
}

Work normalizationInference(const Normalization& at, const float* x, const float* gamma,
                            const float* beta, const float* mean, const float* variance, float* y,
                            Scratch& scratch)
{
    return prepared([&]() -> Work {
        const NormalizationDescs d(at);
        const dnnl::batch_normalization_forward::primitive_desc desc(
            {prop_kind::forward_inference, d.x, at.epsilon,
             kScaleShift | dnnl::normalization_flags::use_global_stats},
            attributes(), engine());
        Builder b(scratch);
        b.add(dnnl::batch_normalization_forward(desc), desc,
              {{DNNL_ARG_SRC, b.at(d.x, x)},
               {DNNL_ARG_DST, b.at(d.x, y)},
               {DNNL_ARG_MEAN, b.at(d.channel, mean)},
               {DNNL_ARG_VARIANCE, b.at(d.channel, variance)},
               {DNNL_ARG_SCALE, b.at(d.channel, gamma)},
               {DNNL_ARG_SHIFT, b.at(d.channel, beta)}});
        return b.finish();
    });
}

Work normalizationGradient(const Normalization& at, const float* x, const float* gamma,
                           const float* mean, const float* variance, const float* dy, float* dx,
                           float* dgamma, float* dbeta, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const NormalizationDescs d(at);
        const dnnl::batch_normalization_forward::primitive_desc forward(
            {prop_kind::forward_training, d.x, at.epsilon, kScaleShift}, attributes(), engine());
        const dnnl::batch_normalization_backward::primitive_desc desc(
            {prop_kind::backward, d.x, d.x, at.epsilon, kScaleShift}, attributes(), engine(),
            forward);
        Builder b(scratch);
        b.add(dnnl::batch_normalization_backward(desc), desc,
              {{DNNL_ARG_SRC, b.at(d.x, x)},
               {DNNL_ARG_MEAN, b.at(d.channel, mean)},
               {DNNL_ARG_VARIANCE, b.at(d.channel, variance)},
               {DNNL_ARG_SCALE, b.at(d.channel, gamma)},
               {DNNL_ARG_SHIFT, b.at(d.channel, gamma)}, // asked for, and not read on the way back
               {DNNL_ARG_DIFF_DST, b.at(d.x, dy)},
               {DNNL_ARG_DIFF_SRC, b.at(d.x, dx)},
               {DNNL_ARG_DIFF_SCALE, b.at(d.channel, dgamma)},
               {DNNL_ARG_DIFF_SHIFT, b.at(d.channel, dbeta)}});
        return b.finish();
    });
}

Work relu(std::int64_t count, const float* x, float* y, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const memory::desc d = plain({count}, Tag::a);
        const dnnl::eltwise_forward::primitive_desc desc(
            {prop_kind::forward_inference, dnnl::algorithm::eltwise_relu, d, 0.0f, 0.0f},
            attributes(), engine());
        Builder b(scratch);
        b.add(dnnl::eltwise_forward(desc), desc,
              {{DNNL_ARG_SRC, b.at(d, x)}, {DNNL_ARG_DST, b.at(d, y)}});
        return b.finish();
    });
}

Work reluGradient(std::int64_t count, const float* y, const float* dy, float* dx, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const memory::desc d = plain({count}, Tag::a);
        const auto algorithm = dnnl::algorithm::eltwise_relu_use_dst_for_bwd;
        const dnnl::eltwise_forward::primitive_desc forward(
            {prop_kind::forward_training, algorithm, d, 0.0f, 0.0f}, attributes(), engine());
        const dnnl::eltwise_backward::primitive_desc desc({algorithm, d, d, 0.0f, 0.0f},
                                                          attributes(), engine(), forward);
        Builder b(scratch);
        b.add(dnnl::eltwise_backward(desc), desc,
              {{DNNL_ARG_DST, b.at(d, y)},
               {DNNL_ARG_DIFF_DST, b.at(d, dy)},
               {DNNL_ARG_DIFF_SRC, b.at(d, dx)}});
        return b.finish();
    });
}

Work softmax(std::int64_t rows, std::int64_t classes, const float* x, float* y, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const memory::desc d = plain({rows, classes}, Tag::ab);
        const dnnl::softmax_forward::primitive_desc desc({prop_kind::forward_training, d, 1},
                                                         attributes(), engine());
        Builder b(scratch);
        b.add(dnnl::softmax_forward(desc), desc,
              {{DNNL_ARG_SRC, b.at(d, x)}, {DNNL_ARG_DST, b.at(d, y)}});
        return b.finish();
    });
}

Work softmaxGradient(std::int64_t rows, std::int64_t classes, const float* y, const float* dy,
                     float* dx, Scratch& scratch)
{
    return prepared([&]() -> Work {
        const memory::desc d = plain({rows, classes}, Tag::ab);
        const dnnl::softmax_forward::primitive_desc forward({prop_kind::forward_training, d, 1},
                                                            attributes(), engine());
        const dnnl::softmax_backward::primitive_desc desc({d, d, 1}, attributes(), engine(),
                                                          forward);
        Builder b(scratch);
        b.add(dnnl::softmax_backward(desc), desc,
              {{DNNL_ARG_DST, b.at(d, y)},
               {DNNL_ARG_DIFF_DST, b.at(d, dy)},
               {DNNL_ARG_DIFF_SRC, b.at(d, dx)}});
        return b.finish();
    });
}

} // namespace lb::onednn
