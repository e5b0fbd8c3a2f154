Console.WriteLine("OrdersMcp");
