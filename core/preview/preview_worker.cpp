#include "core/preview/preview_worker.h"

#include "core/preview/annotated_picture.h"
#include "core/preview/picture_axes.h"
#include "core/tensor/dispatch.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <set>
#include <thread>

namespace lb {
namespace {

constexpr std::int64_t kFew = 8; ///< numbers that are read one by one

void addStrongest(const Tensor& value, NodePicture& into)
{
    if (into.kind != PictureKind::Bars)
        return;
    dispatch(value.dtype(), [&]<typename Number>(Number) {
        const auto values = value.values<Number>();
        if (std::ssize(values) <= kFew)
            for (const Number number : values)
                into.numbers.push_back(static_cast<double>(number));
        const auto most = std::ranges::max_element(values);
        into.strongest = most - values.begin();
        into.most = static_cast<double>(*most);
    });
}

PreviewResult resultOf(PreviewEngine& engine, const PreviewTask& task, const std::stop_token& stop)
{
    PreviewResult result;
    result.key = task.key();
    result.target = task.target;
    Result<PreviewRun> run = engine.run(task, stop);
    if (!run.ok()) {
        result.error = std::move(run.error());
        return result;
    }
    std::map<NodeId, Shape> shapes;
    for (const NodeValue& value : run.value().values)
        shapes[value.node] = value.value.shape();
    PictureOptions drawing = task.picture;
    for (const NodeValue& value : run.value().values) {
        if (stop.stop_requested()) {
            result.error = Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
            return result;
        }
        NodePicture picture;
        picture.node = value.node;
        const bool isText = value.value.dtype() == DType::String;
        picture.kind = isText ? PictureKind::Nothing : pictureKindOf(value.value.shape());
        if (!isText) {
            drawing.axes = axesAt(*task.target->document, value.node, shapes);
            picture.picture = pictureOf(value.value, value.range, drawing);
            annotate(picture.picture, value.annotations, value.value.shape(),
                     task.sample->boxNames);
        }
        picture.dtype = value.value.dtype();
        picture.shape = value.value.shape();
        picture.ms = value.ms;
        picture.words = value.words;
        addStrongest(value.value, picture);
        if (task.statistics && value.node == task.target->node)
            result.statistics = statisticsOf(value.value, value.range);
        result.pictures.push_back(std::move(picture));
    }
    result.shown = std::move(run.value().shown);
    result.number = run.value().number;
    result.cost = std::move(run.value().cost);
    return result;
}

} // namespace

std::size_t PreviewResult::bytes() const
{
    std::size_t sum = 256;
    for (const NodePicture& picture : pictures)
        sum += 128 + picture.picture.rgb.size()
            + picture.picture.boxes.size() * sizeof(PictureBox) + picture.words.lines.size() * 128;
    return sum;
}

struct PreviewWorker::Impl {
    const LayerRegistry& registry;
    std::function<void()> onResult;

    mutable std::mutex mutex; // guards what follows
    std::condition_variable_any changed;
    std::deque<PreviewTask> open;
    std::set<std::string, std::less<>> wanted;
    std::string inHand;
    std::stop_source running; // of the run in hand
    std::vector<PreviewResultHandle> mail;
    std::list<PreviewResultHandle> memory; // the newest first
    std::size_t memoryBytes = 0, runs = 0;

    std::jthread thread; // last: it ends before the rest goes

    Impl(const LayerRegistry& theRegistry, std::function<void()> theOnResult)
        : registry(theRegistry)
        , onResult(std::move(theOnResult))
    {
    }

    PreviewResultHandle remembered(const std::string& key)
    {
        const auto found
            = std::ranges::find(memory, key, [](const auto& each) { return each->key; });
        if (found == memory.end())
            return {};
        memory.splice(memory.begin(), memory, found);
        return memory.front();
    }
    void remember(const PreviewResultHandle& result)
    {
        constexpr std::size_t kMostBytes = std::size_t{48} << 20;
        constexpr std::size_t kMost = 512;
        memory.push_front(result);
        memoryBytes += result->bytes();
        while (memory.size() > 1 && (memoryBytes > kMostBytes || memory.size() > kMost)) {
            memoryBytes -= memory.back()->bytes();
            memory.pop_back();
        }
    }
    /// With the lock held. True if the owner has to be woken.
    bool post(PreviewResultHandle result)
    {
        wanted.erase(result->key);
        mail.push_back(std::move(result));
        return mail.size() == 1;
    }
    void work(const std::stop_token& stop);
    PreviewResult made(PreviewEngine& engine, const PreviewTask& task,
                       const std::stop_token& stop) const;
};

PreviewWorker::PreviewWorker(const LayerRegistry& registry, std::function<void()> onResult)
    : m_impl(std::make_unique<Impl>(registry, std::move(onResult)))
{
    m_impl->thread
        = std::jthread([raw = m_impl.get()](const std::stop_token& stop) { raw->work(stop); });
}

PreviewWorker::~PreviewWorker()
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->open.clear();
    m_impl->wanted.clear();
    m_impl->running.request_stop();
    m_impl->thread.request_stop();
}

void PreviewWorker::want(std::vector<PreviewTask> tasks)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->open.clear();
        m_impl->wanted.clear();
        for (PreviewTask& task : tasks) {
            std::string key = task.key();
            if (!m_impl->wanted.insert(key).second)
                continue;
            if (auto known = m_impl->remembered(key))
                wake |= m_impl->post(std::move(known));
            else if (key != m_impl->inHand)
                m_impl->open.push_back(std::move(task));
        }
        if (!m_impl->inHand.empty() && !m_impl->wanted.contains(m_impl->inHand))
            m_impl->running.request_stop();
        m_impl->changed.notify_all();
    }
    if (wake && m_impl->onResult)
        m_impl->onResult();
}

std::vector<PreviewResultHandle> PreviewWorker::take()
{
    const std::lock_guard lock(m_impl->mutex);
    return std::exchange(m_impl->mail, {});
}

bool PreviewWorker::idle() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->wanted.empty() && m_impl->mail.empty();
}

std::size_t PreviewWorker::runs() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->runs;
}

void PreviewWorker::Impl::work(const std::stop_token& stop)
{
    PreviewEngine engine(registry);
    while (true) {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [&] { return !open.empty(); }))
            return;
        const PreviewTask task = std::move(open.front());
        open.pop_front();
        inHand = task.key();
        running = std::stop_source();
        const std::stop_token token = running.get_token();
        lock.unlock();

        auto result = std::make_shared<const PreviewResult>(made(engine, task, token));

        lock.lock();
        inHand.clear();
        ++runs;
        const bool stopped = result->error && result->error->code == ErrorCode::Cancelled;
        if (stopped && wanted.contains(result->key)) { // wanted again after it was stopped
            open.push_front(task);
            continue;
        }
        if (!stopped)
            remember(result);
        const bool wake = !stopped && wanted.contains(result->key) && post(std::move(result));
        lock.unlock();
        if (wake && onResult)
            onResult();
    }
}

/// The worker's one catch: nothing is thrown out of a thread.
PreviewResult PreviewWorker::Impl::made(PreviewEngine& engine, const PreviewTask& task,
                                        const std::stop_token& stop) const
{
    PreviewResult failed;
    failed.key = task.key();
    failed.target = task.target;
    try {
        return resultOf(engine, task, stop);
    } catch (const std::bad_alloc&) {
        failed.error = Error{ErrorCode::TooLarge, "",
                             LB_TR("Error",
                                   "there is not enough memory for the preview; pin a smaller "
                                   "image or look at the model size")};
    } catch (const std::exception& problem) {
        failed.error
            = Error{ErrorCode::Internal,
                    "",
                    {LB_TR("Error", "the preview failed: %1"), {std::string(problem.what())}}};
    }
    return failed;
}

} // namespace lb
