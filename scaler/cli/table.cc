#include "scaler/cli/table.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr int kGap = 2;
constexpr int kUsefulText = 24;  // a cut text shorter than this says little: rather drop a column
constexpr int kLeastText = 8;

}  // namespace

void Table::Add(std::vector<Cell> row) {
  for (Cell& cell : row) cell.text = Printable(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<Table::Shown> Table::ColumnsWithContent() const {
  std::vector<Shown> shown;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    int widest = 0;
    for (const auto& row : rows_) widest = std::max(widest, SeenWidth(row[i].text));
    if (widest > 0) shown.push_back({i, std::max(widest, SeenWidth(columns_[i].title))});
  }
  return shown;
}

std::string Table::TitlesOf(const std::vector<Shown>& columns) const {
  std::string titles;
  for (const Shown& column : columns) {
    titles += (titles.empty() ? "" : ", ") + columns_[column.index].title;
  }
  return titles;
}

std::string Table::Text(const TextStyle& style, int indent) const {
  std::vector<Shown> shown = ColumnsWithContent();
  std::vector<Shown> left_out;
  const auto width_with = [&](int longest_cuttable) {
    int width = indent - kGap;
    for (const Shown& column : shown) {
      const bool is_cuttable = columns_[column.index].is_cuttable;
      width += kGap + (is_cuttable ? std::min(column.width, longest_cuttable) : column.width);
    }
    return width;
  };
  const auto by_rank = [this](const Shown& a, const Shown& b) {
    return columns_[a.index].rank < columns_[b.index].rank;
  };
  while (style.width > 0 && width_with(kUsefulText) > style.width) {
    const auto least = std::max_element(shown.begin(), shown.end(), by_rank);
    if (least == shown.end() || columns_[least->index].rank == 0) break;
    left_out.push_back(*least);
    shown.erase(least);
  }
  const int room_for_text =
      style.width > 0 ? std::max(style.width - width_with(0), kLeastText) : 1 << 20;

  const auto line = [&](const auto& cell_of) {
    std::string text(static_cast<std::size_t>(indent), ' ');
    for (const Shown& column : shown) {
      const Column& spec = columns_[column.index];
      const Cell& cell = cell_of(column.index);
      const bool is_last = column.index == shown.back().index;
      const int width = spec.is_cuttable ? std::min(column.width, room_for_text) : column.width;
      const std::string cut = CutTo(cell.text, width);
      const bool needs_fill = spec.is_number || !is_last;
      text += Painted(style, cell.ink, needs_fill ? Padded(cut, width, spec.is_number) : cut);
      if (!is_last) text.append(kGap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title, Ink::kFaint);
  std::string text = line([&](std::size_t i) -> const Cell& { return titles[i]; });
  for (const auto& row : rows_) {
    text += line([&](std::size_t i) -> const Cell& { return row[i]; });
  }
  if (!left_out.empty()) {
    text += Hanging(style, Padded("", indent),
                    "(the terminal is too narrow for: " + TitlesOf(left_out) + ")");
  }
  return text;
}

}  // namespace spillway
