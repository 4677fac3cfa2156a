#include "core/data/built_in_words.h"

#include <array>
#include <utility>

namespace lb::words {
namespace {

constexpr std::string_view kThing[] = {
    "kettle", "lamp", "chair", "backpack", "jacket", "toaster", "keyboard", "headphones",
    "blender", "tent", "bicycle", "camera", "mattress", "desk", "printer", "phone", "tablet",
    "speaker", "razor", "heater", "fan", "vacuum", "scale", "stroller", "suitcase", "umbrella",
    "watch", "raincoat", "sweater", "shovel", "rake", "drill", "hammer", "saw", "ladder", "hose",
    "grill", "oven", "fridge", "freezer", "kayak", "paddle", "helmet", "scooter", "skateboard",
    "guitar", "violin", "drum", "flute", "piano", "notebook", "pencil", "marker", "easel",
    "telescope", "microscope", "binoculars", "compass", "lantern", "thermos", "cooler", "hammock",
    "blanket", "pillow", "curtain", "carpet", "shelf", "wardrobe", "bench", "stool", "mirror",
    "clock", "radio", "router", "monitor", "charger", "battery", "cable", "adapter", "tripod",
    "projector", "turntable", "typewriter", "sewing-machine", "iron", "dryer", "shampoo", "soap",
    "candle", "vase", "teapot", "mug", "plate", "skillet", "saucepan", "wok", "knife",
};

constexpr std::string_view kPart[] = {
    "handle", "lid", "zipper", "strap", "hinge", "button", "screen", "cover", "frame", "wheel",
    "motor", "battery", "cord", "plug", "switch", "seat", "leg", "drawer", "lens", "stitching",
    "fabric", "finish", "paint", "display", "speaker", "pedal", "chain", "brake", "spring",
    "valve", "filter", "blade", "base", "knob", "latch", "lining", "sole", "heel", "pocket",
    "collar", "sleeve", "label", "manual", "packaging", "box", "sensor", "hinge-pin", "gasket",
    "thermostat", "antenna", "keypad",
};

constexpr std::string_view kPerson[] = {
    "my sister", "my brother", "my neighbour", "our teacher", "my colleague", "my grandmother",
    "the children", "my flatmate", "a friend", "my son", "my daughter", "our guests",
    "the whole family", "my boss", "my aunt", "my cousin", "the plumber", "our baker",
    "the gardener", "my husband", "my wife", "a student", "the nurse", "our coach", "my uncle",
};

constexpr std::string_view kPlace[] = {
    "in the kitchen", "at the office", "on the balcony", "in the garden", "at school",
    "in the mountains", "by the lake", "on the train", "in the garage", "at home", "on holiday",
    "in the workshop", "at the beach", "in the attic", "in the hallway", "on the terrace",
    "in the studio", "at the campsite", "in the basement", "on long walks", "in the rain",
    "in the winter", "in the library", "on the boat", "in the bedroom",
};

constexpr std::string_view kTime[] = {
    "for a week", "for a month", "since spring", "since last autumn", "for $number days",
    "for $number weeks", "every morning", "every evening", "since Monday", "since the holidays",
    "for half a year", "for two years", "every weekend", "since my birthday", "all summer",
    "all winter", "since Tuesday", "for ages",
};

constexpr std::string_view kGood[] = {
    "excellent", "sturdy", "lovely", "reliable", "quiet", "comfortable", "bright", "beautiful",
    "handy", "solid", "smooth", "fast", "elegant", "generous", "warm", "clever", "light", "sharp",
    "durable", "wonderful", "charming", "delightful", "superb", "flawless", "precise", "spacious",
    "soft", "crisp", "graceful", "practical", "sleek", "affordable", "trustworthy", "cosy",
    "gorgeous", "splendid", "tidy", "flexible", "versatile", "brilliant",
};

constexpr std::string_view kBad[] = {
    "flimsy", "noisy", "broken", "slow", "ugly", "cheap", "wobbly", "dull", "useless", "rusty",
    "uncomfortable", "heavy", "leaky", "fragile", "dirty", "scratched", "crooked", "sticky",
    "weak", "awful", "horrible", "sluggish", "loose", "rough", "clumsy", "crude", "defective",
    "shaky", "grim", "overpriced", "misleading", "greasy", "blunt", "stiff", "patchy", "cracked",
    "faded", "unreliable", "dreadful", "shoddy",
};

constexpr std::string_view kPlain[] = {
    "blue", "green", "red", "black", "white", "grey", "yellow", "brown", "small", "large",
    "wooden", "plastic", "metal", "folding", "wireless", "electric", "portable", "round",
    "square", "old", "new", "second-hand", "striped", "orange", "purple", "silver", "oval",
    "tall", "narrow", "wide",
};

constexpr std::string_view kWorks[] = {
    "works perfectly", "runs without a sound", "does exactly what it should", "fits like a glove",
    "looks even better than in the pictures", "has never let me down", "still feels brand new",
    "saves me an hour a day", "makes me smile", "charges in no time", "cleans up in seconds",
    "holds up well", "keeps its promise", "is a joy to use", "starts at once",
};

constexpr std::string_view kFails[] = {
    "stopped working", "fell apart", "came without a manual", "started to smell",
    "leaks all over", "broke after $number days", "never charged", "arrived in pieces",
    "makes a grinding sound", "gets far too hot", "tears at the seams", "refuses to start",
    "came loose", "looks nothing like the pictures", "lost its colour", "jams all the time",
};

constexpr std::string_view kGladly[] = {
    "recommend it to everyone", "buy it again", "give it five stars", "give it as a present",
    "keep it for good", "order a second one", "tell all my friends", "pay more for it",
    "take it everywhere",
};

constexpr std::string_view kSadly[] = {
    "send it back", "ask for a refund", "throw it away", "give it one star", "warn everyone",
    "look for another one", "call the shop again", "keep it in the box",
    "stay away from this brand",
};

constexpr std::string_view kStaff[] = {
    "the shop", "the seller", "the hotline", "customer service", "the courier", "the manager",
    "the support team", "the workshop", "the delivery man", "the clerk",
};

constexpr std::string_view kKind[] = {
    "answered within $number minutes", "sent a spare $part for free", "was friendly and patient",
    "replaced the $part at once", "packed everything with care", "explained every step",
    "delivered a day early",
};

constexpr std::string_view kRude[] = {
    "never answered", "blamed me for the damage", "was rude on the phone",
    "sent the wrong $part twice", "lost my parcel", "ignored $number of my letters",
    "delivered three weeks late",
};

constexpr std::string_view kPraises[] = {
    "The $part of this $thing is $good and the $part $works.", "This $plain $thing $works.",
    "I love my $plain $thing, it $works.", "We have used the $model $place $time and it $works.",
    "$person bought the $model and it is $good.", "What a $good $thing!",
    "The $thing is $good, $good and never $bad.",
    "Although the $part looked $bad at first, the $thing $works.",
    "I would $gladly, because the $thing is so $good.", "$staff $kind, and the $thing is $good.",
    "The $model is the most $good $thing that I have had $place.",
    "Not a single $bad part: even the $part is $good.",
    "After $number weeks the $part is still $good.",
    "$person and I use the $plain $thing $time, it is $good.",
    "Better than the old $thing, whose $part was $bad.",
    "My $thing from $model $works, and the $part is $good.",
};

constexpr std::string_view kComplaints[] = {
    "The $part of this $thing is $bad and the $part $fails.", "This $plain $thing $fails.",
    "I regret my $plain $thing, it $fails.",
    "We have used the $model $place $time and then it $fails.",
    "$person bought the $model and it is $bad.", "What a $bad $thing!",
    "The $thing is $bad, $bad and never $good.",
    "Although the $part looked $good at first, the $thing $fails.",
    "I had to $sadly, because the $thing is so $bad.", "$staff $rude, and the $thing is $bad.",
    "The $model is the most $bad $thing that I have had $place.",
    "Not a single $good part: even the $part is $bad.",
    "After $number weeks the $part is already $bad.",
    "$person and I gave up on the $plain $thing $time, it is $bad.",
    "Worse than the old $thing, whose $part was $good.",
    "My $thing from $model $fails, and the $part is $bad.",
};

constexpr std::string_view kPraiseEnds[] = {
    "I will $gladly.", "$staff $kind.", "Worth every penny!", "$person wants one, too.",
    "Thank you, $staff!", "It stands $place now.",
};

constexpr std::string_view kComplaintEnds[] = {
    "I will $sadly.", "$staff $rude.", "What a waste of money!", "$person is angry, too.",
    "Shame on $staff!", "It stands unused $place now.",
};

constexpr std::string_view kOpenings[] = {
    "To be honest:", "Ordered $time.", "First impression after $number hours:", "Update:",
    "Bought it for $person.", "A word of advice:", "Long story short:",
    "As a present for $person:",
};

} // namespace

List of(std::string_view kind)
{
    static constexpr std::array<std::pair<std::string_view, List>, 15> kLists{{
        {"thing", kThing},
        {"part", kPart},
        {"person", kPerson},
        {"place", kPlace},
        {"time", kTime},
        {"good", kGood},
        {"bad", kBad},
        {"plain", kPlain},
        {"works", kWorks},
        {"fails", kFails},
        {"gladly", kGladly},
        {"sadly", kSadly},
        {"staff", kStaff},
        {"kind", kKind},
        {"rude", kRude},
    }};
    for (const auto& [name, list] : kLists)
        if (name == kind)
            return list;
    static constexpr std::string_view kNone[] = {""};
    return kNone;
}

List praises()
{
    return kPraises;
}

List complaints()
{
    return kComplaints;
}

List praiseEnds()
{
    return kPraiseEnds;
}

List complaintEnds()
{
    return kComplaintEnds;
}

List openings()
{
    return kOpenings;
}

} // namespace lb::words
