// Tables for people that fit the terminal: numbers to the right, columns without content left
// out, and when the width does not suffice the least important columns too, saying so.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scaler/cli/terminal_text.h"

namespace spillway {

class Table {
 public:
  struct Column {
    std::string title;
    bool is_number = false;
    // Columns of rank 0 are always shown; of the others the highest goes first.
    int rank = 0;
    // May be cut off where the width ends. For one column at most, of free text.
    bool is_cuttable = false;
  };
  struct Cell {
    std::string text;
    Ink ink = Ink::kPlain;

    Cell(std::string t, Ink i = Ink::kPlain)  // NOLINT: implicit, so that rows read as lists
        : text(std::move(t)), ink(i) {}
    Cell(const char* t) : text(t) {}  // NOLINT: implicit
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: as many cells as columns.
  void Add(std::vector<Cell> row);

  bool is_empty() const { return rows_.empty(); }

  // Every line begins with `indent` spaces and ends with a newline.
  std::string Text(const TextStyle& style, int indent = 0) const;

 private:
  struct Shown {
    std::size_t index;
    int width;
  };

  std::vector<Shown> ColumnsWithContent() const;
  std::string TitlesOf(const std::vector<Shown>& columns) const;

  const std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace spillway
