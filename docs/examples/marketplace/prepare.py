"""Join the files of the Olist marketplace into import files: `python prepare.py FOLDER_OF_OLIST OUTPUT_FOLDER`."""

import sys
from pathlib import Path

import pandas as pd


def main(source: Path, target: Path) -> None:
    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(source / f"olist_{name}_dataset.csv", dtype=str, keep_default_na=False)

    orders, items, reviews = read("orders"), read("order_items"), read("order_reviews")
    sellers, deals, leads = read("sellers"), read("closed_deals"), read("marketing_qualified_leads")
    target.mkdir(parents=True, exist_ok=True)

    accounts = sellers.merge(deals[["seller_id", "business_segment"]], how="left", on="seller_id").fillna("")
    accounts["name"] = "Seller " + accounts["seller_id"].str[:8]
    accounts["segment"] = accounts["business_segment"].str.replace("_", " ").str.capitalize()
    write(accounts, target / "accounts.csv")

    # One response for each seller in an order, with the latest review of that order.
    latest = reviews.sort_values("review_answer_timestamp").drop_duplicates("order_id", keep="last")
    responses = latest.merge(items[["order_id", "seller_id"]].drop_duplicates(), on="order_id")
    responses["external_id"] = responses["review_id"] + "-" + responses["seller_id"]
    responses["comment"] = (
        responses["review_comment_title"].str.strip() + "\n" + responses["review_comment_message"].str.strip()
    ).str.strip()
    write(responses, target / "responses.csv")

    lines = items.merge(orders[["order_id", "order_purchase_timestamp"]], on="order_id")
    lines["external_id"] = lines["order_id"] + "-" + lines["order_item_id"]
    write(lines, target / "revenue.csv")

    won = deals.merge(leads, how="left", on="mql_id").fillna("")
    won["account"] = won["seller_id"].where(won["seller_id"].isin(sellers["seller_id"]), "")
    # One deal was won before its first contact: an error of the books, and no day to reckon a sales cycle from.
    too_late = pd.to_datetime(won["first_contact_date"]) > pd.to_datetime(won["won_date"], format="%m/%d/%Y %H:%M")
    won.loc[too_late, "first_contact_date"] = ""
    won["campaign"] = won["origin"].replace("", "unknown")
    write(won, target / "opportunities.csv")
    campaigns = pd.DataFrame({"external_id": sorted(set(leads["origin"].replace("", "unknown")))})
    campaigns["name"] = campaigns["external_id"].str.replace("_", " ").str.capitalize()
    write(campaigns, target / "campaigns.csv")


def write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False)
    print(f"{path.name}: {len(table)} rows")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
